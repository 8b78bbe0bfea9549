// Lines on stderr: with the journal's level prefix when that is the journal, as text for people, or as JSON.

import FoundationEssentials
import Glibc
import Linux
public import Logging
import SelfConnect
public import Settings
import Systemd

/// Where log messages go.
public struct LogOutput: LogHandler {
    /// The least severe level that is written.
    public var logLevel: Logger.Level
    /// What every line carries.
    public var metadata: Logger.Metadata = [:]
    private let format: LogFormat
    private let isJournal: Bool

    /// An output for stderr.
    public init(_ level: LogLevel, _ format: LogFormat) {
        logLevel = Logger.Level(rawValue: level.rawValue) ?? .info
        self.format = format
        isJournal = Journal.isConnected(to: STDERR_FILENO)
    }

    /// One entry of `metadata`.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let line = format == .json ? Self.json(event, fields) : text(event, fields)
        let bytes = [UInt8]((line + "\n").utf8)
        // One write: lines of two threads do not mix. A reader that has gone is no reason to stop.
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private func text(_ event: LogEvent, _ fields: Logger.Metadata) -> String {
        let pairs = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let message = "\(event.message)\(pairs)".map { $0.isNewline ? " " : $0 }
        if isJournal { return Self.priority(event.level).linePrefix + String(message) }
        return "\(Clock.wall) \(event.level.rawValue): " + String(message)
    }

    private static func json(_ event: LogEvent, _ fields: Logger.Metadata) -> String {
        var object = fields.mapValues { "\($0)" }
        object["time"] = "\(Clock.wall)"
        object["level"] = event.level.rawValue
        object["message"] = "\(event.message)"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(object) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private static func priority(_ level: Logger.Level) -> JournalPriority {
        switch level {
        case .trace, .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}
