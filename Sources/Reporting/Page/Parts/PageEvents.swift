import SelfConnect

/// The last events of the host.
enum PageEvents {
    private static let limit = 25

    static func html(_ snapshot: Snapshot, _ link: PageLink) -> String {
        let shown = Array(snapshot.events.events.suffix(limit))
        guard !shown.isEmpty else { return "" }
        let subjects = Set(shown.compactMap(subject))
        let known = subjects.intersection(snapshot.targets.indices.lazy.map { snapshot.targets[$0].finding.target.id })
        let lines = shown.map { event in
            PageLine(
                at: event.at, severity: event.severity, subject: subject(event).map { html($0, known, link) },
                verdict: event.verdict, previous: event.previous, message: event.message)
        }
        let more =
            snapshot.events.events.count > limit
            ? "\n<p class=\"quiet\"><a href=\"\(link.document("v1/events"))\">/v1/events</a> has more.</p>" : ""
        return """
            <section aria-labelledby="events">
            <h2 id="events">What happened last <small>in UTC, newest first</small></h2>
            \(PageLine.list(lines))\(more)
            </section>
            """
    }

    private static func subject(_ event: Event) -> Target.ID? {
        event.endpoint.map { Target.ID($0, in: event.namespace) }
    }

    /// The endpoint, with a link if it is watched.
    private static func html(_ id: Target.ID, _ known: Set<Target.ID>, _ link: PageLink) -> String {
        let text = "<code>\(HTMLEscaping.escaped("\(id)"))</code>"
        guard known.contains(id) else { return text }
        let target = Target(name: "", endpoint: id.endpoint, namespace: id.namespace)
        return "<a href=\"\(link.page(of: target))\">\(text)</a>"
    }
}
