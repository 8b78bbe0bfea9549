/// How much is logged: the names of swift-log's levels, least severe first.
package enum LogLevel: String, CaseIterable, Hashable, Sendable {
    /// Every step of a probe.
    case trace
    /// What a maintainer wants to know.
    case debug
    /// What happens in the ordinary course.
    case info
    /// What is worth a look, but no fault.
    case notice
    /// What will be a fault if nobody acts.
    case warning
    /// What did not work.
    case error
    /// What ends the daemon or the reason for its being there.
    case critical
}
