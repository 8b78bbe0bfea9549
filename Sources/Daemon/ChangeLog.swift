import Logging
import SelfConnect

/// Tells changes of verdict in the log: one line each, and of a storm the first and how many more.
struct ChangeLog {
    private let logger: Logger
    private var lines = 0
    private var leftOut = 0

    /// Lines between two calls of `flush`, at most.
    private static let limit = 50

    init(logger: Logger) {
        self.logger = logger
    }

    /// Tells a change.
    mutating func add(_ change: History.Change, of target: Target) {
        guard lines < Self.limit else {
            leftOut += 1
            return
        }
        lines += 1
        let previous = change.previous.map { " (was \($0.rawValue))" } ?? ""
        logger.log(
            level: Self.level(change.severity),
            "\(target.endpoint) \(target.name): \(change.verdict.rawValue)\(previous). \(change.reason)")
    }

    /// Says how many changes were left out since the last call.
    mutating func flush() {
        if leftOut > 0 { logger.warning("\(leftOut) more verdicts have changed") }
        lines = 0
        leftOut = 0
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
