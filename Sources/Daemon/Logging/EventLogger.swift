import Logging
import SelfConnect

/// Writes events to the log, one line each; events omitted by the event log are summarised in one line.
struct EventLogger {
    let log: LogSink

    func record(_ events: [Event], omitted: Int) {
        for line in events.map(Self.line) where line.level >= log.level { log.write(line) }
        guard omitted > 0 else { return }
        log.write(
            LogLine(
                level: .warning, message: "\(omitted) further events of this pass were not logged", isByLocalUser: true)
        )
    }

    /// The log line of an event, with all its properties as details.
    static func line(_ event: Event) -> LogLine {
        var details = ["event": event.kind.rawValue, "severity": event.severity.rawValue]
        details["endpoint"] = event.endpoint.map { "\($0)" }
        details["namespace"] = event.namespace
        details["target"] = event.target
        details["verdict"] = event.verdict?.rawValue
        details["previous"] = event.previous?.rawValue
        return LogLine(
            level: level(event.severity), message: text(event), isByLocalUser: event.isByLocalUser, details: details,
            messageID: event.kind.messageID)
    }

    private static func text(_ event: Event) -> String {
        guard let endpoint = event.endpoint, let target = event.target, let verdict = event.verdict else {
            return event.message
        }
        let previous = event.previous.map { " (was \($0.rawValue))" } ?? ""
        return "\(Target.ID(endpoint, in: event.namespace)) \(target): \(verdict.rawValue)\(previous). \(event.message)"
    }

    private static func level(_ severity: Severity) -> Logger.Level {
        switch severity {
        case .ok: .info
        case .notice: .notice
        case .warning: .warning
        case .critical: .error
        }
    }
}

extension Event.Kind {
    /// Identifies this kind of event among all journal messages of all programs; never changes
    /// (systemd.journal-fields(7), `MESSAGE_ID=`). docs/journal.md lists the same values.
    var messageID: String {
        switch self {
        case .verdict: "6f536d3ee858414c9f185e012f70363b"
        case .drift: "d27ab4aac27b4f93b3cd30f8d3451a81"
        case .selfConnection: "4fc47f4aa2934ef6914c0eab776af726"
        case .discovered: "e2b3a4dec7cc4e5f87d9562253c166b2"
        case .forgotten: "d36ade296dd1423593f9d39e976d2236"
        case .namespace: "b5f0c5c8a1d34b0f9a2e7d61c3f84e19"
        case .guard: "bbbf07c6ac09483cb7facf071bd0a042"
        }
    }
}
