// The page of one target: everything that is known of it, in the order in which it is needed.

package import SelfConnect

/// `/targets/{target}`.
package struct TargetPage {
    private let watched: WatchedTarget
    private let namesakes: [Target]
    private let source: PageSource
    private let service: ServiceFacts
    private let isRenewed: Bool
    private let link: PageLink

    /// The page of a target of the source.
    ///
    /// - Parameter namesakes: the other targets of its name.
    package init(
        _ watched: WatchedTarget, namesakes: [Target] = [], of source: PageSource, _ service: ServiceFacts,
        isRenewed: Bool = true
    ) {
        self.watched = watched
        self.namesakes = namesakes
        self.source = source
        self.service = service
        self.isRenewed = isRenewed
        link = .fromTarget(isRenewed: isRenewed)
    }

    /// The document.
    package var html: [UInt8] {
        let document = PageDocument(
            title: "\(PageDocument.host(service)): \(watched.target.endpoint) \(assessment.verdict.rawValue)",
            isRenewed: isRenewed, header: header,
            sections: [
                reason, PageRemedy.html(watched, source.context), PageClients.html(watched),
                PageFacts(watched, source.snapshot, link).html(namesakes: namesakes),
                PageHistory.html(watched, source.snapshot),
            ],
            footer: """
                <p><a href="\(link.page(PageQuery().changed { $0.isRenewed = isRenewed }))">All watched ports</a>. For \
                programs: <a href="\(link.document(of: watched.target))">this port as JSON</a>.</p>
                """)
        return document.octets
    }

    private var assessment: Assessment { watched.finding.assessment }

    private var header: String {
        let target = watched.target
        let place = target.namespace.map { " in \(HTMLEscaping.escaped($0))" } ?? ""
        let host = HTMLEscaping.escaped(PageDocument.host(service))
        return """
            <div class="head">
            <div>
            <p class="brand"><a href="\(link.page(PageQuery().changed { $0.isRenewed = isRenewed }))">\(host)</a></p>
            <h1><code>\(HTMLEscaping.escaped("\(target.endpoint)"))</code>\(place)</h1>
            </div>
            \(PageDocument.freshness(
                source.snapshot, isRenewed: isRenewed, other: link.page(of: target, isRenewed: !isRenewed)))
            </div>
            <p class="lead">\(HTMLEscaping.escaped(target.name))</p>
            """
    }

    private var reason: String {
        """
        <section class="card \(assessment.severity.rawValue)">
        <h2><span class="badge">\(assessment.verdict.rawValue)</span></h2>
        <p>\(HTMLEscaping.escaped(assessment.reason))</p>
        <p class="quiet">Severity \(assessment.severity.rawValue), for \
        \(PageTime.age(of: watched.current.at, at: source.snapshot.times.published)).</p>
        \(PageRemedy.steps(watched.finding.steps, in: watched.target.namespace))</section>
        """
    }
}
