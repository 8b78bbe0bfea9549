import Configuration
import FoundationEssentials
import Linux
import Logging
import SelfConnect
import Systemd

/// One line of the log, and what a program that reads logs can ask for.
struct LogLine: Sendable {
    /// How much it matters.
    var level: Logger.Level
    /// What a person reads.
    var message: String
    /// Whether any local user can cause such lines, without limit: they have a budget of their own.
    var isByLocalUser = false
    /// Shown behind the message.
    var metadata: [String: String] = [:]
    /// What the message says in words already: keys of a JSON line, fields of the journal.
    var details: [String: String] = [:]
    /// The kind of message in the journal: 32 hexadecimal digits (`journalctl MESSAGE_ID=`); nil: none in particular.
    var messageID: String?

    /// The line as it is written in this format, without a level and a time where it is text.
    func text(_ format: LogFormat, at now: Timestamp) -> String {
        format == .json ? json(at: now) : text
    }

    /// As an entry of the journal.
    func entry(_ format: LogFormat, at now: Timestamp) -> JournalEntry {
        var fields = details.sorted { $0.key < $1.key }.map { name, value in
            JournalEntry.Field("SELFCONNECT_" + name.uppercased(), value)
        }
        if let messageID { fields.append(.init("MESSAGE_ID", messageID)) }
        return JournalEntry(text(format, at: now), priority: priority, fields: fields)
    }

    /// The level as the journal knows it.
    var priority: JournalPriority {
        switch level {
        case .trace, .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }

    private var text: String {
        let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return String("\(message)\(pairs)".map { $0.isNewline ? " " : $0 }).printable
    }

    private func json(at now: Timestamp) -> String {
        var object = details.merging(metadata) { _, new in new }
        object["time"] = "\(now)"
        object["level"] = level.rawValue
        object["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(object) else { return "{}" }
        return String(decoding: [UInt8](data).printableJSON, as: UTF8.self)
    }
}
