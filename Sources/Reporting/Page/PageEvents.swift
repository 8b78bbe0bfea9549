import SelfConnect

/// The last events.
enum PageEvents {
    private static let limit = 25

    static func html(_ log: EventLog) -> String {
        guard !log.events.isEmpty else { return "" }
        let items = log.events.reversed().prefix(limit).map { event in
            let endpoint = event.endpoint.map { "<code>\(HTMLEscaping.escaped("\($0)"))</code> " } ?? ""
            let verdict = event.verdict.map { "<b>\($0.rawValue)</b> " } ?? ""
            return """
                <li class="\(event.severity.rawValue)">\(PageTime.html(event.at)) \(endpoint)\(verdict)\
                \(HTMLEscaping.escaped(event.message))</li>
                """
        }
        return """
            <section>
            <h2>What happened last</h2>
            <ul class="events">
            \(items.joined(separator: "\n"))
            </ul>
            </section>
            """
    }
}
