import Reporting
import SelfConnect
import TestSupport
import Testing

/// The page of one target.
@Suite struct TargetPageTests {
    private static func page(
        _ watched: WatchedTarget, _ snapshot: Snapshot = MapExample.snapshot, namesakes: [Target] = [],
        isRenewed: Bool = true
    ) -> String {
        let page = TargetPage(
            watched, namesakes: namesakes, of: PageSource(snapshot), Example.service, isRenewed: isRenewed)
        return String(decoding: page.html, as: UTF8.self)
    }

    @Test("The page of an exposed port matches the golden file") func golden() {
        GoldenFile("target.html").expect([UInt8](Self.page(Example.targets[2]).utf8))
    }

    @Test(
        "The page has the reason, the steps and the lasting remedy of each verdict, in well-formed markup",
        arguments: Example.targets)
    func verdict(_ watched: WatchedTarget) {
        let page = Self.page(watched)
        let finding = watched.finding
        #expect(
            page.contains("db1.example.org: \(watched.target.endpoint) \(finding.assessment.verdict.rawValue)</title>"))
        #expect(page.contains(finding.assessment.reason.split(separator: ":")[0]))
        #expect(page.split(separator: "<li><code class=\"copy\">").count - 1 == finding.steps.count)
        let isToBeReserved = finding.isToBeReserved
        #expect(page.contains("Reserve port <b>\(watched.target.endpoint.port)</b>") == isToBeReserved)
        #expect(page.contains("net.ipv4.ip_local_reserved_ports = ") == isToBeReserved)
        #expect(TagBalance.fault(in: page, void: StatusPageTests.void) == nil)
    }

    @Test("The history has the changes of the verdict and the other events of the endpoint, newest first")
    func history() throws {
        let watched = Example.targets[2]
        var snapshot = MapExample.snapshot
        _ = snapshot.events.append([
            Event(
                .selfConnection, at: Example.moment(7), severity: .warning, "A short one.",
                endpoint: watched.target.endpoint),
            Event(
                .selfConnection, at: Example.moment(8), severity: .warning, "Another one.",
                endpoint: watched.target.endpoint, namespace: "blue"),
        ])
        let page = Self.page(watched, snapshot)
        let list = try #require(page.split(separator: "<ol class=\"events\" reversed>").last)
        let lines = list.split(separator: "\n").filter { $0.hasPrefix("<li id=") }
        #expect(lines.count == watched.history.changes.count + 1)
        #expect(lines[1].contains("A short one.") && !page.contains("Another one."))
        #expect(lines[0].contains("<b>inconclusive → susceptible</b>"))
        let anchors = lines.map { $0.split(separator: "\"")[1] }
        #expect(Set(anchors).count == anchors.count)
    }

    @Test("The page links to the status page, its namesakes and its JSON, and its links keep the renewal stopped")
    func links() {
        var target = Example.targets[2].target
        target.namespace = "blue & red"
        let page = Self.page(Example.targets[2], namesakes: [target], isRenewed: false)
        #expect(page.contains("<a href=\"../?refresh=false\">db1.example.org</a>"))
        #expect(page.contains("<a href=\"../v1/targets/127.0.0.1:40002\">"))
        #expect(page.contains("<a href=\"../targets/127.0.0.1:40002?namespace=blue%20%26%20red&amp;refresh=false\">"))
        #expect(page.contains("<a href=\"../targets/127.0.0.1:40002\">Renew every 30 s</a>"))
        #expect(!page.contains("http-equiv"))
    }

    @Test("Names cannot end their text") func hostile() {
        let watched = MapExample.target(MapExample.hostile, Endpoint(.loopback4, 40_002), namespace: MapExample.hostile)
        let page = Self.page(watched)
        #expect(!page.contains("<script") && !page.contains("<img") && page.contains("&lt;script&gt;"))
        #expect(TagBalance.fault(in: page, void: StatusPageTests.void) == nil)
    }
}
