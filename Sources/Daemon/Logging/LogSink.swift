// The one output of all loggers. It holds the level and the format, so that a reload changes them for all, and it limits the
// rate of lines, so that none can flood the journal. Logging never waits for the reader.

package import Configuration
import Glibc
import Linux
package import Logging
import SelfConnect
import Systemd

/// Lines on stderr: with the journal's level prefix when that is the journal, as text for people, or as JSON.
package final class LogSink: Sendable {
    private struct State: Sendable {
        var level: Logger.Level
        var format: LogFormat
        var budgets: [Account: LogRateLimiter] = [:]
    }

    /// The lines that share a budget: those of one level, and of these the ones that any local user can cause apart.
    private struct Account: Hashable {
        let level: Logger.Level
        let isByLocalUser: Bool
    }

    private let state: ConditionMutex<State>
    private let isJournal: Bool
    private let writer: LogWriter
    /// How long the end waits for the reader.
    private static let flushTimeout = Duration.milliseconds(100)

    /// A sink for stderr.
    package init(_ settings: Configuration.Log) {
        let state = ConditionMutex(State(level: Self.level(settings.level), format: settings.format))
        self.state = state
        let isJournal = Journal.isConnected(to: STDERR_FILENO)
        self.isJournal = isJournal
        writer = LogWriter(to: STDERR_FILENO) { count in
            let line = LogLine(level: .warning, message: "\(count) log messages dropped: the log was not read")
            return .line(Self.octets(line, state.withLock { $0.format }, isJournal, at: Clock.wall))
        }
    }

    /// Begins to write; until then lines wait.
    func start() throws(SystemCallError) {
        try writer.start()
    }

    /// Waits a moment for the reader to take what is queued.
    func finish() {
        writer.waitUntilWritten(by: Clock.monotonic + Self.flushTimeout)
    }

    /// How many messages were dropped.
    var droppedLines: Int { writer.dropped }

    /// A logger that ends here.
    package func logger(label: String) -> Logger {
        Logger(label: label) { _ in LogOutput(self) }
    }

    /// The least severe level that is written.
    var level: Logger.Level { state.withLock { $0.level } }

    /// Writes by other settings from now on.
    func apply(_ settings: Configuration.Log) {
        state.withLock { state in
            state.level = Self.level(settings.level)
            state.format = settings.format
        }
    }

    /// Writes a line, unless there were too many of its level.
    func write(_ line: LogLine) {
        let (ruling, format) = state.withLock { state in
            let account = Account(level: line.level, isByLocalUser: line.isByLocalUser)
            return (state.budgets[account, default: LogRateLimiter()].spend(at: Clock.monotonic), state.format)
        }
        switch ruling {
        case .write(let count):
            if count > 0 { put(LogLine(level: line.level, message: "\(count) messages suppressed"), format) }
            put(line, format)
        case .announce:
            put(
                LogLine(level: line.level, message: "rate limit reached: suppressing further messages at this level"),
                format)
        case .leaveOut: break
        }
    }

    /// A line with details is an entry of the journal, where that is where stderr leads and it can be reached; all else
    /// is a line on stderr.
    private func put(_ line: LogLine, _ format: LogFormat) {
        let now = Clock.wall
        let octets = Self.octets(line, format, isJournal, at: now)
        let isEntry = isJournal && !line.details.isEmpty
        writer.put(isEntry ? .entry(line.entry(format, at: now), otherwise: octets) : .line(octets))
    }

    private static func octets(
        _ line: LogLine, _ format: LogFormat, _ isJournal: Bool, at now: Timestamp
    ) -> [UInt8] {
        let prefix = isJournal ? line.priority.linePrefix : "\(now) \(line.level.rawValue): "
        return [UInt8](((format == .json ? "" : prefix) + line.text(format, at: now) + "\n").utf8)
    }

    private static func level(_ level: LogLevel) -> Logger.Level {
        Logger.Level(rawValue: level.rawValue) ?? .info
    }
}
