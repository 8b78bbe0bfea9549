import Primitives
import SelfConnect

extension JSONWriter {
    /// `/v1/events`, newest first.
    mutating func events(_ log: EventLog, _ slice: ListSlice) {
        object { json in
            json.member("total", log.total)
            json.member("left_out", log.omitted)
            json.array("events", slice.selection(of: log.events.reversed())) { $0.event($1) }
        }
    }

    private mutating func event(_ event: Event) {
        object { json in
            json.member("kind", event.kind)
            json.member("at", "\(event.at)")
            json.member("severity", event.severity)
            json.member("message", event.message)
            json.member("target", event.target)
            json.member("endpoint", event.endpoint.map { "\($0)" })
            json.member("namespace", event.namespace)
            json.member("verdict", event.verdict)
            json.member("previous_verdict", event.previous)
            json.member("ended", event.hasEnded ? true : nil)
            json.member("bytes", event.bytesSent)
        }
    }
}
