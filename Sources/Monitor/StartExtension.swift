/// Decides when to ask the service manager for more time to start (sd_notify(3), `EXTEND_TIMEOUT_USEC=`): only after
/// progress, so that a stuck start is not extended.
struct StartExtension {
    /// The time requested; no single step takes as long.
    static let length = Duration.seconds(60)

    /// Time between two requests.
    private static let interval = Duration.seconds(1)

    private var next: Duration?

    /// Progress was made at `now`: counts a request if one is due, and returns whether to make it.
    mutating func extendIfDue(at now: Duration) -> Bool {
        defer { if next.map({ $0 <= now }) ?? true { next = now + Self.interval } }
        return next.map { $0 <= now } ?? false
    }
}
