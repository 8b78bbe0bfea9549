import SelfConnect

/// What happened to one target: the changes of its verdict, and the other events of its endpoint.
enum PageHistory {
    static func html(_ watched: WatchedTarget, _ snapshot: Snapshot) -> String {
        let changes = watched.history.changes.map { change in
            PageLine(
                at: change.at, severity: change.severity, verdict: change.verdict, previous: change.previous,
                message: change.reason)
        }
        let events = snapshot.events.events.filter { event in
            event.kind != .verdict && event.endpoint?.unmapped == watched.target.id.endpoint
                && event.namespace == watched.target.namespace
        }.map { PageLine(at: $0.at, severity: $0.severity, message: $0.message) }
        let lines = (changes + events).enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        return """
            <section aria-labelledby="history">
            <h2 id="history">History <small>in UTC, newest first</small></h2>
            \(PageLine.list(lines.map(\.element)))
            </section>
            """
    }
}
