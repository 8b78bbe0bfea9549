import Linux

/// Waiting for actions of other threads and processes, on machines of any speed.
package enum Waiting {
    /// How long a test waits before it fails. Only a bug takes so long; all limits that tests set for the daemon are
    /// shorter.
    package static let limit = Duration.seconds(90)

    /// Whether the condition becomes true within `limit`; it is checked every few milliseconds.
    package static func holds(
        within limit: Duration = Waiting.limit, every pause: Duration = .milliseconds(5), _ condition: () throws -> Bool
    ) rethrows -> Bool {
        let end = Clock.monotonic + limit
        while try !condition() {
            guard Clock.monotonic < end else { return false }
            Thread.sleep(pause)
        }
        return true
    }
}
