// The shared output of all loggers. It holds the level and the format, so that a reload changes them for all loggers,
// and limits the rate of lines, so that no source floods the journal. Logging never waits for the reader.

package import Configuration
import Glibc
import Linux
package import Logging
import SelfConnect
import Systemd

/// Writes log lines to stderr: with the journal's level prefix if stderr is the journal, as text, or as JSON.
package final class LogSink: Sendable {
    private struct State: Sendable {
        var level: Logger.Level
        var format: LogFormat
        var budgets: [Account: LogRateLimiter] = [:]
    }

    /// The lines that share a rate limit: same level, with a separate limit for lines that any local user can cause.
    private struct Account: Hashable {
        let level: Logger.Level
        let isByLocalUser: Bool
    }

    /// Nobody waits for its changes; unlike a Mutex, it can be captured by the closure of the writer.
    private let state: ConditionMutex<State>
    private let isJournal: Bool
    private let writer: LogWriter
    /// How long the end of the program waits for the reader.
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

    /// Starts writing; lines before that are queued.
    func start() throws(SystemCallError) {
        try writer.start()
    }

    /// Waits briefly until the queued lines are written.
    func finish() {
        writer.waitUntilWritten(by: Clock.monotonic + Self.flushTimeout)
    }

    /// How many messages were dropped.
    var droppedLines: Int { writer.dropped }

    /// A logger that writes to this sink.
    package func logger(label: String) -> Logger {
        Logger(label: label) { _ in LogOutput(self) }
    }

    /// The least severe level that is written.
    var level: Logger.Level { state.withLock { $0.level } }

    /// Applies new settings to all further lines.
    func apply(_ settings: Configuration.Log) {
        state.withLock { state in
            state.level = Self.level(settings.level)
            state.format = settings.format
        }
    }

    /// Writes a line, subject to the rate limit.
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

    /// A line with details becomes a journal entry if stderr is the journal and the journal can be reached; otherwise
    /// it is written to stderr.
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
