/// Log levels: the names of swift-log, least severe first.
package enum LogLevel: String, CaseIterable, Hashable, Sendable {
    /// Every step of a probe.
    case trace
    /// Information for maintainers.
    case debug
    /// Normal operation.
    case info
    /// Worth attention, but not a fault.
    case notice
    /// Will become a fault if nothing is done.
    case warning
    /// An operation failed.
    case error
    /// The daemon cannot run or cannot do its work.
    case critical
}
