import Logging
import SelfConnect

/// What the log is told of endpoints that are not watched: once for each kind, with the number, and again only if that
/// has doubled since, or all are watched again. Addresses that come and go must not write a line with every pass.
struct UnwatchedLog {
    private var logged = Unwatched()

    /// The lines that are due with these numbers.
    mutating func lines(_ unwatched: Unwatched) -> [LogLine] {
        let kinds: [(path: WritableKeyPath<Unwatched, Int>, what: String, limit: String)] = [
            (\.ofAllAddresses, "of all addresses", "the limit is \(Watchlist.maximumDiscoveries)"),
            (\.ofListeners, "of listeners in the ephemeral range", "discover.limit allows no more"),
        ]
        return kinds.compactMap { path, what, limit in
            let (before, now) = (logged[keyPath: path], unwatched[keyPath: path])
            if now == 0, before > 0 {
                logged[keyPath: path] = 0
                return LogLine(level: .notice, message: "every endpoint \(what) is watched again")
            }
            guard now > 0, before == 0 || now >= 2 * before else { return nil }
            logged[keyPath: path] = now
            let number = now == 1 ? "1 endpoint \(what) is" : "\(now) endpoints \(what) are"
            return LogLine(level: .warning, message: "\(number) not watched: too many, \(limit)")
        }
    }
}
