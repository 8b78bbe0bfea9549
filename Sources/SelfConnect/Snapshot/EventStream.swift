/// Whether the kernel's destroy events are followed in the daemon's own network namespace.
package struct EventStream: Sendable, Hashable {
    /// Whether they are.
    package enum State: Sendable, Hashable {
        /// They are not to be.
        case off
        /// They are.
        case followed
        /// They cannot be, for this reason: there are periodic passes only.
        case unavailable(String)
    }

    /// Whether they are.
    package var state = State.off
    /// How often the kernel's queue ran over: an unknown number of events is lost each time, and all targets were looked at.
    package var overruns = 0

    /// Not followed.
    package init() {}
}
