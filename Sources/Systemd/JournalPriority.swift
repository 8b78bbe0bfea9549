/// The priority of an entry: the levels of syslog(3), most severe first.
package enum JournalPriority: Int, Hashable, Sendable {
    /// LOG_EMERG.
    case emergency
    /// LOG_ALERT.
    case alert
    /// LOG_CRIT.
    case critical
    /// LOG_ERR.
    case error
    /// LOG_WARNING.
    case warning
    /// LOG_NOTICE.
    case notice
    /// LOG_INFO.
    case info
    /// LOG_DEBUG.
    case debug

    /// The prefix of a line on stderr that sets its level in the journal: `<6>` (sd-daemon(3)).
    package var linePrefix: String { "<\(rawValue)>" }
}
