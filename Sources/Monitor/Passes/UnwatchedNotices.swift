import SelfConnect

/// Decides when unwatched endpoints are reported: once per kind, with the number; again only if the number has doubled,
/// or all are watched again. Addresses that are added and removed repeatedly must not cause a log line per pass.
struct UnwatchedNotices {
    private var reported = Unwatched()

    /// The notices that are due for these numbers.
    mutating func due(_ unwatched: Unwatched) -> [WatchNotice] {
        let kinds: [(path: WritableKeyPath<Unwatched, Int>, what: String, limit: String)] = [
            (\.ofAllAddresses, "of all addresses", "the limit is \(Watchlist.maximumDiscoveries)"),
            (\.ofListeners, "of listeners in the ephemeral range", "discover.limit allows no more"),
        ]
        return kinds.compactMap { path, what, limit in
            let (before, now) = (reported[keyPath: path], unwatched[keyPath: path])
            if now == 0, before > 0 {
                reported[keyPath: path] = 0
                return WatchNotice(message: "every endpoint \(what) is watched again", isResolved: true)
            }
            guard now > 0, before == 0 || now >= 2 * before else { return nil }
            reported[keyPath: path] = now
            let number = now == 1 ? "1 endpoint \(what) is" : "\(now) endpoints \(what) are"
            return WatchNotice(message: "\(number) not watched: too many, \(limit)", isResolved: false)
        }
    }
}
