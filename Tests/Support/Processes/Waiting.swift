import Linux

/// Waiting for what other threads and processes bring about, however slow the machine is.
public enum Waiting {
    /// How long a test waits for what has to come before it fails. Only a fault makes it last so long, and no limit that a
    /// test sets to the daemon is as long.
    public static let limit = Duration.seconds(90)

    /// Whether the condition comes to hold within `limit`; it is looked at every few milliseconds.
    public static func holds(
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
