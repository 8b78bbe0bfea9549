import Logging
import SelfConnect

/// Tells events in the log, one line each; what the event log left out of a storm is one line together.
struct EventTeller {
    let logger: Logger

    func tell(_ events: [Event], leftOut: Int) {
        for event in events { logger.log(level: Self.level(event.severity), "\(Self.text(event))") }
        if leftOut > 0 { logger.warning("\(leftOut) more changes at the same time are not told") }
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
