import Linux

/// Waiting with a bound, for what other processes bring about.
public enum Waiting {
    /// Whether the condition comes to hold within `limit`; it is looked at every few milliseconds.
    public static func holds(
        within limit: Duration, every pause: Duration = .milliseconds(5), _ condition: () throws -> Bool
    ) rethrows -> Bool {
        let end = Clock.monotonic + limit
        while try !condition() {
            guard Clock.monotonic < end else { return false }
            Thread.sleep(pause)
        }
        return true
    }
}
