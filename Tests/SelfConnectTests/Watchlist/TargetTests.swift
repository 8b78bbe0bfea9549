import SelfConnect
import Testing

/// Identity of targets, and grouping by namespace.
@Suite struct TargetTests {
    @Test("An IPv4-mapped address equals its IPv4 address, but only in the same namespace")
    func identity() throws {
        let mapped = Target(name: "a", endpoint: try Endpoint("[::ffff:127.0.0.1]:80"))
        let plain = Target(name: "b", endpoint: try Endpoint("127.0.0.1:80"))
        let blue = Target(name: "c", endpoint: try Endpoint("127.0.0.1:80"), namespace: "blue")
        #expect(mapped.id == plain.id && plain.id != blue.id)
        #expect("\(plain.id), \(blue.id)" == "127.0.0.1:80, 127.0.0.1:80 in blue")
    }

    @Test(
        "The daemon's own namespace comes first, then the others in order of appearance, each with its targets in order"
    )
    func groups() {
        let namespaces: [String?] = ["blue", nil, "green", "blue", nil]
        let targets = namespaces.enumerated().map { index, namespace in
            Target(name: "\(index)", endpoint: Endpoint(.loopback4, 80), namespace: namespace)
        }
        let groups = Target.byNamespace(targets)
        #expect(groups.map(\.namespace) == [nil, "blue", "green"])
        #expect(groups.map { $0.targets.map(\.name) } == [["1", "4"], ["0", "3"], ["2"]])
        #expect(Target.byNamespace([targets[0]]).map(\.namespace) == ["blue"])
    }
}
