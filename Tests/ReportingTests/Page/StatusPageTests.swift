import Reporting
import SelfConnect
import TestSupport
import Testing

/// The page for browsers.
@Suite struct StatusPageTests {
    static let void: Set<Substring> = ["meta", "img", "br", "input"]

    static func page(
        _ snapshot: Snapshot, _ service: ServiceFacts = Example.service, _ query: PageQuery = PageQuery()
    ) -> String {
        String(decoding: StatusPage.html(PageSource(snapshot), service, query), as: UTF8.self)
    }

    @Test("The page of a host with a target of each verdict matches the golden file") func golden() {
        GoldenFile("page.html").expect(StatusPage.html(PageSource(MapExample.snapshot), Example.service))
    }

    @Test("The page has no scripts, loads only the map, and links to no other host") func selfContained() {
        let page = Self.page(MapExample.snapshot)
        for word in ["<script", "<link", "<iframe", "http:", "https:", "//", "@import"] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.split(separator: "src=\"").count == 2 && page.contains("src=\"./v1/map.svg\""))
        #expect(TagBalance.fault(in: page, void: Self.void) == nil)
    }

    @Test("Names of targets, processes, namespaces, files and faults are escaped") func hostile() {
        var snapshot = MapExample.snapshot
        snapshot.targets = [
            MapExample.target(MapExample.hostile, Endpoint(.loopback4, 40_002)),
            MapExample.target("a", Endpoint(.loopback6, 40_002), namespace: "/run/\"><script>"),
        ]
        snapshot.host.census.listeners = [
            MapExample.listener(40_004, unit: MapExample.hostile), MapExample.listener(40_005, command: "</td><b>"),
        ]
        var service = Example.service
        service.fault = MapExample.hostile
        service.reloadFault = "file:1:1: “<b>” is not known"
        let page = Self.page(snapshot, service)
        #expect(!page.contains("<script") && !page.contains("<img src=x") && !page.contains("onerror=\""))
        #expect(!page.unicodeScalars.contains { $0.value == 7 || $0.value == 0x202E || $0.value == 0xFFFE })
        #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"))
        #expect(page.contains("href=\"./targets/%5B::1%5D:40002?namespace=%2Frun%2F%22%3E%3Cscript%3E\""))
        #expect(TagBalance.fault(in: page, void: Self.void) == nil)
    }

    @Test("Targets are sorted by severity, and each of them is on a page") func order() throws {
        let rows = Self.page(MapExample.snapshot).split(separator: "<tr role=\"row\" class=\"").dropFirst()
        let severities = rows.compactMap { row in Severity(rawValue: String(row.prefix { $0 != "\"" })) }
        #expect(severities == severities.sorted(by: >) && severities.count == 10)

        var many = MapExample.snapshot
        many.targets = (1...120).map { MapExample.target("t", Endpoint(.loopback4, 40_000 + $0)) }
        let pages = [0, 50, 100].map { offset in Self.page(many, Example.service, PageQuery().from(offset)) }
        for (page, extent) in zip(pages, ["1-50 of 120", "51-100 of 120", "101-120 of 120"]) {
            #expect(page.contains("<span>\(extent)</span>"))
        }
        for port in 40_001...40_120 { #expect(pages.contains { $0.contains("<code>127.0.0.1:\(port)</code>") }) }
        #expect(Self.page(many, Example.service, PageQuery().from(120)).contains("Only 120 watched ports match."))
    }

    @Test("The remedy includes ports that are already reserved, and is omitted if it would fill the page")
    func remedy() {
        var snapshot = MapExample.snapshot
        snapshot.host.census.selfConnections = []
        snapshot.targets = [MapExample.target("a", Endpoint(.loopback4, 40_002))]
        let line = "<pre><code class=\"copy\">net.ipv4.ip_local_reserved_ports = 40002,40500-40509</code></pre>"
        #expect(Self.page(snapshot).contains(line))
        #expect(
            Self.page(snapshot).contains(
                "reserving 1 more port leaves clients 990 of the 1001 ports of the ephemeral range"))
        snapshot.targets = (0..<400).map { MapExample.target("a", Endpoint(.loopback4, 40_002 + $0 * 2)) }
        let page = Self.page(snapshot)
        #expect(page.contains("selfconnectd advise") && !page.contains("<pre>") && page.utf8.count < 100_000)
    }

    @Test("A remedy that would leave clients too few ports is replaced by the reason") func harmfulRemedy() {
        var snapshot = MapExample.snapshot
        snapshot.targets = (0..<491).map { MapExample.target("a", Endpoint(.loopback4, 40_002 + $0)) }
        let page = Self.page(snapshot)
        #expect(
            page.contains("reserving 491 more ports leaves clients 500 of the 1001 ports of the ephemeral range")
        )
        #expect(!page.contains("<pre>"))
    }

    @Test(
        "The summary of the page is one sentence",
        arguments: [
            ([], "No port is watched."), ([7], "No watched port can connect to itself."),
            ([3, 7], "Nothing is critical. 1 of 2 watched ports: needs attention."),
            ([2, 3], "1 of 2 watched ports: self-connection is likely, or the port is already taken."),
        ] as [([Int], String)])
    func lead(_ indices: [Int], _ sentence: String) {
        var snapshot = Example.snapshot
        snapshot.targets = indices.map { Example.targets[$0] }
        #expect(Self.page(snapshot).contains("<p class=\"lead\">\(sentence)</p>"))
    }

    @Test("A port on which only unexpected clients are exposed is not called safe") func leadOfNotice() {
        var snapshot = Example.snapshot
        snapshot.targets = [Example.noticed]
        let sentence = "1 of 1 watched ports: exposed only to kinds of client that are not configured."
        #expect(Self.page(snapshot).contains("<p class=\"lead\">\(sentence)</p>"))
    }

    @Test("A map of another range or other reserved ports is marked as outdated", arguments: [false, true])
    func outdatedMap(_ isRange: Bool) {
        var snapshot = MapExample.snapshot
        #expect(!Self.page(snapshot).contains("since this sweep"))
        var kernel = Example.kernel
        if isRange {
            kernel.ephemeralRange = PortRange(40_000, 42_000)
        } else {
            kernel.reservedPorts = PortSet([PortRange(40_500, 40_510)])
        }
        _ = snapshot.drift.record(kernel, at: Example.moment(39))
        #expect(!Self.page(snapshot).contains("since this sweep"), "it is newer than the change")
        snapshot.drift = Drift(Example.kernel)
        _ = snapshot.drift.record(kernel, at: Example.moment(41))
        #expect(Self.page(snapshot).contains("have changed since this sweep of 40000-41000"))
    }

    @Test("Without a map the page gives the reason") func withoutMap() {
        var snapshot = Example.snapshot
        #expect(Self.page(snapshot).contains("<code>map.interval</code> is 0s"))
        snapshot.map = .awaited
        #expect(Self.page(snapshot).contains("The first sweep of the range is under way: <code>map.cpu</code>"))
    }

    @Test("Title and heading have the name of the host, or of the program if the host has no name") func host() {
        let page = Self.page(MapExample.snapshot)
        #expect(page.contains("<title>db1.example.org: 3 critical</title>"))
        #expect(page.contains("<h1>db1.example.org</h1>"))
        var service = Example.service
        service.hostname = ""
        #expect(Self.page(MapExample.snapshot, service).contains("<h1>selfconnectd</h1>"))
    }

    @Test("The page says that /v1/events has more events only if it has", arguments: [25, 26])
    func moreEvents(_ count: Int) {
        var snapshot = Example.calm
        let (change, target) = (snapshot.targets[0].current, snapshot.targets[0].target)
        _ = snapshot.events.append(Array(repeating: Event(change, of: target), count: count))
        #expect(Self.page(snapshot).contains("has more.</p>") == (count > 25))
    }

    @Test("Pages of one source are equal to pages of sources of their own, whichever came first") func sharedParts() {
        let snapshot = MapExample.snapshot
        let source = PageSource(snapshot)
        var still = PageQuery()
        still.isRenewed = false
        var searched = still
        searched.search = "web"
        for query in [PageQuery(), still, searched, PageQuery()] {
            let shared = String(decoding: StatusPage.html(source, Example.service, query), as: UTF8.self)
            #expect(shared == Self.page(snapshot, Example.service, query))
        }
    }

    @Test("The page renews itself, and a link that keeps the query stops and starts this") func renewal() {
        var query = PageQuery()
        query.order = .name
        let page = Self.page(MapExample.snapshot, Example.service, query)
        #expect(page.contains("<meta http-equiv=\"refresh\" content=\"30\">"))
        #expect(page.contains("<a href=\"./?sort=name&amp;refresh=false\">Stop renewing</a>"))
        query.isRenewed = false
        let still = Self.page(MapExample.snapshot, Example.service, query)
        #expect(!still.contains("http-equiv"))
        #expect(still.contains("<a href=\"./?sort=name\">Renew every 30 s</a>"))
        #expect(still.contains("<a href=\"./targets/127.0.0.1:40010?refresh=false\">"), "links keep it")
        #expect(still.contains("<input type=\"hidden\" name=\"refresh\" value=\"false\">"), "the form keeps it")
    }

    @Test("The page with 2,000 targets has less than 100 kB") func size() {
        var snapshot = MapExample.snapshot
        snapshot.targets = (0..<2000).map { Example.manySockets(40_000 + UInt16($0 % 1000)) }
        snapshot.host.census.listeners = (0..<2000).map { MapExample.listener(40_000 + $0, unit: "service.service") }
        for index in 0..<200 {
            _ = snapshot.events.append([Event(snapshot.targets[index].current, of: snapshot.targets[index].target)])
        }
        let page = Self.page(snapshot)
        #expect(page.utf8.count < 100_000, "\(page.utf8.count)")
    }
}
