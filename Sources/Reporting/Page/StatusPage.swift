// The page of the host: what is wrong now and what ends it, then the watched ports, then the map and the rest.

package import SelfConnect

/// `/` for browsers.
package enum StatusPage {
    /// The page of a snapshot, with the targets of a query.
    package static func html(
        _ source: PageSource, _ service: ServiceFacts, _ query: PageQuery = PageQuery()
    ) -> [UInt8] {
        let snapshot = source.snapshot
        let link = PageLink.fromStatus(query)
        let summary = PageSummary(source)
        let sections = source.sections(link)
        let document = PageDocument(
            title: "\(PageDocument.host(service)): \(summary.title)", isRenewed: query.isRenewed,
            header: header(summary, snapshot, service, query, link),
            sections: [
                sections.troubles, PageTargets(source, query, link).html, sections.map, sections.holders,
                sections.events, sections.kernel,
            ],
            footer: footer(snapshot, service, link))
        return document.octets
    }

    private static func header(
        _ summary: PageSummary, _ snapshot: Snapshot, _ service: ServiceFacts, _ query: PageQuery, _ link: PageLink
    ) -> String {
        let faults = [service.fault, service.reloadFault.map { "The configuration was not reloaded: \($0)" }]
            .compactMap(\.self)
        let switched = link.page(query.changed { $0.isRenewed.toggle() })
        return """
            <div class="head">
            <div>
            <p class="brand">\(Version.name)</p>
            <h1>\(HTMLEscaping.escaped(PageDocument.host(service)))</h1>
            </div>
            \(PageDocument.freshness(snapshot, isRenewed: query.isRenewed, other: switched))
            </div>
            \(faults.map { "<p class=\"fault\" role=\"alert\">\(HTMLEscaping.escaped($0))</p>\n" }.joined())\
            <p class="lead">\(summary.lead)</p>
            \(summary.tiles(query, link))
            """
    }

    private static func footer(_ snapshot: Snapshot, _ service: ServiceFacts, _ link: PageLink) -> String {
        let uptime = max(.zero, snapshot.times.published.since(service.started)).rounded
        let documents = [
            ("status", "v1/status"), ("targets", "v1/targets"), ("sockets", "v1/sockets"), ("events", "v1/events"),
            ("map", "v1/map"), ("kernel", "v1/kernel"), ("metrics", "metrics"), ("OpenAPI", "openapi.json"),
        ]
        let links = documents.map { "<a href=\"\(link.document($0.1))\">\($0.0)</a>" }
        let version = "\(Version.name) \(Version.number), up for \(uptime)"
        return "<p>For programs: \(links.joined(separator: ", ")). \(version).</p>"
    }
}
