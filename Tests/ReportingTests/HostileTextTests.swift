import FoundationEssentials
import Primitives
import Reporting
import SelfConnect
import StatusClient
import TestSupport
import Testing

/// All unprintable characters in names, through every output: no control character, format character or line separator
/// is printed.
@Suite struct HostileTextTests {
    /// All of them in one text.
    private static let hostile: String = {
        let scalars = (0...0x10FFFF as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init)
        return "a" + String(String.UnicodeScalarView(scalars.filter(\.isUnprintable))) + "z"
    }()

    /// A target with this name, namespace and holder.
    private static let watched: WatchedTarget = {
        let endpoint = Endpoint(.loopback4, 40004)
        let socket = SocketRecord(
            state: .established, local: endpoint, peer: Endpoint(.loopback4, 443), uid: 112, inode: 7)
        let holder = Holder(
            state: .source, socket: socket, conflicts: true, user: hostile, unit: hostile, controlGroup: hostile,
            pid: 812,
            command: hostile)
        let evidence = Evidence(
            endpoint: endpoint, clients: [.connect], kernel: Example.kernel,
            address: AddressFacts(isOwn: true, routeSource: .loopback4), sockets: PortSockets(holders: [holder]),
            skippedPorts: Example.kernel.reservedPorts, surveyFault: hostile)
        return WatchedTarget(
            Finding(
                Target(name: hostile, endpoint: endpoint, namespace: hostile), at: Example.moment(), evidence: evidence)
        )
    }()

    private static var snapshot: Snapshot {
        var report = NamespaceReport(NamespaceLabel(hostile, .file), inode: 7)
        report.fault = hostile
        return Snapshot(
            targets: [watched], drift: Drift(Example.kernel), times: SnapshotTimes(lastPass: Example.moment()),
            host: HostReport(namespaces: [report]), map: .taken(MapExample.map))
    }

    private static var outputs: [(name: String, text: String)] {
        let advice = Advice([watched.finding], kernel: Example.kernel, namespace: hostile)
        var facts = StatusFacts(
            verdicts: [.stolen: 1], severities: [.critical: 1],
            mostSevere: [
                .init(
                    name: hostile, endpoint: hostile, namespace: hostile, verdict: .stolen, severity: .critical,
                    firstStep: hostile)
            ])
        facts.isHealthy = false
        facts.fault = hostile
        facts.lastReloadSuccessful = false
        facts.reloadFault = hostile
        let service = Example.service
        let findings = [StatusResult.facts(facts), .unknown(hostile)]
        return [
            ("target", TerminalStyle.plain.text(TargetText.lines(watched))), ("advice", AdviceText.file([advice])),
            ("table", TerminalStyle.plain.text(TargetTable.lines([watched]))),
            (
                "scan",
                TerminalStyle.plain.text(
                    ScanText.lines([watched], places: 1, examinedPorts: 1, omitted: [watched.target]))
            ),
            ("map", TerminalStyle.plain.text(MapText.lines(MapExample.map))),
            ("status line", StatusLine.text(snapshot, reloadFault: hostile)),
            ("page", text(StatusPage.html(PageSource(snapshot), service))),
            ("error page", text(ErrorPage(404, "Not Found", message: hostile, depth: 1).html)),
            ("target page", text(TargetPage(watched, of: PageSource(snapshot), service).html)),
            ("namespaces", text(JSONDocuments.namespaces(snapshot).indented.octets)),
            ("picture", text(MapRenderer.svg(MapExample.map, targets: [watched]))),
            (
                "status",
                text(
                    JSONDocuments.status(
                        snapshot, service, targets: TargetList(snapshot.targets, TargetContext(snapshot))
                    )
                    .indented.octets)
            ),
            (
                "probe",
                text(JSONDocuments.probe(Example.kernel, [watched], LastingRemedies([watched.finding])).octets)
            ),
            ("fault", ParseError(hostile).message),
        ]
            + findings.flatMap { finding in
                let report = NagiosReport.report(finding)
                return ([report.line] + report.details).map { ("nagios", $0) }
            }
            + findings.map { ("node problem", NodeProblemReport.report($0).line) }
    }

    private static func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

    @Test("No output contains a control sequence, and no name starts a line") func outputs() throws {
        for (name, text) in Self.outputs {
            let unprintable = text.unicodeScalars.filter { $0.isUnprintable && $0 != "\n" }
            #expect(unprintable.isEmpty, "\(name): \(unprintable.prefix(5).map(\.value))")
            // The vertical tab of a name would follow each of its line feeds.
            #expect(!text.contains("\n\u{FFFD}"), "\(name)")
        }
    }

    @Test("JSON preserves every character") func json() throws {
        let document = JSONDocuments.probe(Example.kernel, [Self.watched], LastingRemedies([]))
        struct Document: Decodable {
            struct Target: Decodable { let name: String }
            let targets: [Target]
        }
        let decoded = try JSONDecoder().decode(Document.self, from: Data(document.octets))
        #expect(decoded.targets.map(\.name) == [Self.hostile])
    }
}
