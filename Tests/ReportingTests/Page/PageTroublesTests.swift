import Reporting
import SelfConnect
import TestSupport
import Testing

/// What the page shows as wrong now.
@Suite struct PageTroublesTests {
    @Test("Self-connected and stolen ports with their steps come first, then the table, then the map") func troubles()
        throws
    {
        let page = StatusPageTests.page(MapExample.snapshot)
        let sections = page.split(separator: "<h2 id=\"").dropFirst()
        #expect(sections.map { $0.prefix { $0 != "\"" } } == ["now", "ports", "map", "sockets", "events", "kernel"])
        let now = try #require(sections.first)
        #expect(now.split(separator: "<article").count == 3, "one self-connected and one stolen")
        #expect(now.contains("<li><code class=\"copy\">systemctl restart cron.service</code></li>"))
        #expect(now.contains("<code class=\"copy\">ss -K -t src 127.0.0.1:40012 dst 127.0.0.1:443</code>"))
        #expect(!StatusPageTests.page(Example.calm).contains("id=\"now\""), "nothing is wrong")
    }

    @Test("A self-connection on a port that is not watched has a card, and at most five cards are shown")
    func unwatched() {
        var snapshot = Example.calm
        let holder = Example.targets[0].finding.evidence.holders
        snapshot.host.census.selfConnections = holder
        let page = StatusPageTests.page(snapshot)
        #expect(page.contains("<code>127.0.0.1:40010</code> not watched <span class=\"badge\">self-connected</span>"))
        #expect(page.contains("systemctl restart cron.service"))
        snapshot.host.census.selfConnections = (0..<8).map { index in
            var holder = holder[0]
            holder.socket.local = Endpoint(.loopback4, UInt16(40_100 + index))
            return holder
        }
        #expect(
            page.contains(": 1 self-connection</title>")
                && page.contains("1 self-connection on a port that is not watched."))
        let full = StatusPageTests.page(snapshot)
        #expect(full.split(separator: "<article").count == 6)
        #expect(full.contains("net.ipv4.ip_local_reserved_ports = 40014,40100-40107,40500-40509</code>"))
        #expect(full.contains("<p>3 more: see the <a href=\"./?verdict=self-connected,stolen\">watched ports</a>"))
    }

    @Test("Targets of one name that one socket holds share a card") func sameSocket() {
        var snapshot = Example.snapshot
        snapshot.targets = [Example.targets[1], Example.targets[1]]
        #expect(StatusPageTests.page(snapshot).split(separator: "<article").count == 2)
    }

    @Test(
        "A card has at most ten endpoints, and says how many more there are",
        arguments: [(10, ""), (13, " and 3 more")])
    func manyEndpoints(_ count: Int, _ rest: String) throws {
        var snapshot = Example.snapshot
        snapshot.targets = Array(repeating: Example.targets[1], count: count)
        let card = try #require(StatusPageTests.page(snapshot).split(separator: "<h3>").dropFirst().first)
        let heading = try #require(card.split(separator: "</h3>").first)
        #expect(heading.split(separator: "<a href").count == 10)
        #expect(heading.contains("</a>\(rest) web "))
    }
}
