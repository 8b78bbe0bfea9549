/// Whether the kernel's destroy events are followed in the daemon's own network namespace.
package struct EventStream: Sendable, Hashable {
    /// The state of the stream.
    package enum State: Sendable, Hashable {
        /// Switched off.
        case off
        /// Events are followed.
        case followed
        /// Events cannot be followed, for this reason: there are periodic passes only.
        case unavailable(String)
    }

    /// The state of the stream.
    package var state = State.off
    /// How often the kernel's queue overflowed: each time an unknown number of events was lost, and all targets were surveyed.
    package var overruns = 0

    /// Switched off.
    package init() {}

    /// Whether events are followed; nil if they are not to be.
    package var isFollowed: Bool? { state == .off ? nil : state == .followed }
}
