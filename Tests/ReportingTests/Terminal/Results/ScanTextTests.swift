import Reporting
import SelfConnect
import TestSupport
import Testing

/// The end of a scan.
@Suite struct ScanTextTests {
    @Test("Configured targets that are not shown are counted, with the command that examines them") func omitted()
        throws
    {
        let targets = try ["127.0.0.1:50000-50199", "[::1]:50010"].map { try EndpointRange($0) }
        #expect(
            text(Self.targets(targets)) == [
                "Stolen ports: 0 of the 200 configured or named ports; others were not examined.",
                "Not shown: whether clients can connect to themselves on 201 configured targets. The daemon shows that,"
                    + " or now:",
                "  selfconnectd probe --format table 127.0.0.1:50000-50199 '[::1]:50010'",
            ])
        #expect(text([]).count == 1)
    }

    @Test("Other namespaces have a command of their own, and many ranges a placeholder") func commands() throws {
        let ranges = try (0..<9).map { try EndpointRange("127.0.0.1:\(50000 + 2 * $0)") }
        let lines = text(Self.targets(ranges) + Self.targets(ranges.suffix(1), in: "/run/a b"))
        #expect(
            lines.suffix(2) == [
                "  selfconnectd probe --format table ENDPOINT ...",
                "  selfconnectd probe --namespace '/run/a b' --format table 127.0.0.1:50016",
            ])
    }

    private func text(_ omitted: [Target]) -> [String] {
        ScanText.lines([Example.targets[2]], places: 1, examinedPorts: 200, omitted: omitted).map(\.text)
    }

    private static func targets(_ ranges: [EndpointRange], in namespace: String? = nil) -> [Target] {
        EndpointRange.endpoints(of: ranges).map { Target(name: "web", endpoint: $0, namespace: namespace) }
    }
}
