/// When to ask the service manager for more time to start (sd_notify(3), `EXTEND_TIMEOUT_USEC=`): at moments at which
/// something got done, so that a start that is stuck is not taken for a slow one.
struct StartExtension {
    /// How much time is asked for from each moment on; no step between two moments takes as long.
    static let length = Duration.seconds(60)

    /// From one time of asking to the next.
    private static let interval = Duration.seconds(1)

    private var next: Duration?

    /// Whether to ask, now that something got done.
    mutating func isDue(at now: Duration) -> Bool {
        defer { if next.map({ $0 <= now }) ?? true { next = now + Self.interval } }
        return next.map { $0 <= now } ?? false
    }
}
