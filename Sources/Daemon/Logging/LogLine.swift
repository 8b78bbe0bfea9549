import Configuration
import Linux
import Logging
import Primitives
import SelfConnect
import Systemd

/// A log line, with fields for programs that read logs.
struct LogLine: Sendable {
    /// Severity.
    var level: Logger.Level
    /// For people.
    var message: String
    /// Whether any local user can cause an unlimited number of such lines: they have a separate rate limit.
    var isByLocalUser = false
    /// Appended to the message.
    var metadata: [String: String] = [:]
    /// Details that the message already contains: keys of a JSON line, fields of the journal.
    var details: [String: String] = [:]
    /// The kind of message in the journal: 32 hexadecimal digits (`journalctl MESSAGE_ID=`); nil: none.
    var messageID: String?

    /// The line in this format; text has no level and no time.
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

    /// The level as a journal priority.
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
        let document = JSONText.written { json in
            json.object { json in
                json.member("time", "\(now)")
                json.member("level", level.rawValue)
                json.member("message", message)
                for (name, value) in details.merging(metadata, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key })
                {
                    json.member(name, value)
                }
            }
        }
        return String(decoding: document.octets.dropLast(), as: UTF8.self)
    }
}
