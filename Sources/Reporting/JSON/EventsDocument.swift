import SelfConnect

/// `/v1/events`, newest first.
struct EventsDocument: Encodable {
    struct Entry: Encodable {
        var kind: String
        var at: String
        var severity: String
        var message: String
        var target: String?
        var endpoint: String?
        var namespace: String?
        var verdict: String?
        var previousVerdict: String?
        var ended: Bool?
        var bytes: UInt64?

        init(_ event: Event) {
            kind = event.kind.rawValue
            at = "\(event.at)"
            severity = event.severity.rawValue
            message = event.message
            target = event.target
            endpoint = event.endpoint.map { "\($0)" }
            namespace = event.namespace
            verdict = event.verdict?.rawValue
            previousVerdict = event.previous?.rawValue
            ended = event.hasEnded ? true : nil
            bytes = event.bytesSent
        }
    }

    var events: [Entry]
    var total: Int
    var leftOut: Int

    init(_ log: EventLog) {
        events = log.events.reversed().map { Entry($0) }
        total = log.total
        leftOut = log.omitted
    }
}
