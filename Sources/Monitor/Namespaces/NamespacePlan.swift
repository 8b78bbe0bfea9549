/// Decides in which order the network namespaces of the host are visited, which visits read kernel facts, and which look for
/// all connections. The clock is a parameter.
///
/// A visit finds listeners and the self-connections of known endpoints. Self-connections on other ports show only in a walk
/// through the tables of the whole host, which takes milliseconds: so there are a few walks in each pass, and the namespaces
/// take turns.
///
/// Opening a file under /proc/sys/net takes longer the more namespaces there are. So the facts of a namespace are read when
/// a verdict needs them, and otherwise often enough to notice a change within the interval.
struct NamespacePlan {
    /// Minimum time between two walks of one namespace, and maximum time between two readings of its facts.
    var interval: Duration
    /// When the facts of each namespace were last read.
    private var lastFacts: [String: Duration] = [:]
    /// When all connections of each namespace were last known.
    private var lastWhole: [String: Duration] = [:]
    private var walks = 0

    /// Maximum number of walks in one pass.
    static let walkLimit = 8

    /// No namespace has been visited.
    init(every interval: Duration) {
        self.interval = interval
    }

    /// Begins a pass; returns the namespaces in the order of the visits, first those whose connections were last known longest
    /// ago.
    mutating func begin(_ namespaces: [String]) -> [String] {
        walks = 0
        return namespaces.map { ($0, lastWhole[$0] ?? .zero, lastWhole[$0] == nil) }
            .sorted { left, right in
                if left.2 != right.2 { return left.2 }
                return (left.1, left.0) < (right.1, right.0)
            }
            .map(\.0)
    }

    /// Whether all connections of this namespace may be looked for now.
    func admitsWalk(in namespace: String, at now: Duration) -> Bool {
        guard walks < Self.walkLimit else { return false }
        return lastWhole[namespace].map { now - $0 >= interval } ?? true
    }

    /// Whether a visit reads the facts of this namespace although no verdict needs them. Passes are a quarter of the interval
    /// apart: it is the fourth one since the last reading, even if it is early.
    func wantsFacts(of namespace: String, at now: Duration) -> Bool {
        lastFacts[namespace].map { now - $0 > interval * 7 / 8 } ?? true
    }

    /// Records a visit: whether it read the facts, whether it found all connections, and whether that took a walk.
    mutating func finish(
        _ namespace: String, hasReadFacts: Bool, isWhole: Bool, hasWalked: Bool, at now: Duration
    ) {
        if hasReadFacts { lastFacts[namespace] = now }
        if isWhole { lastWhole[namespace] = now }
        if hasWalked { walks += 1 }
    }

    /// Forgets namespaces that have gone.
    mutating func forget(_ namespaces: some Sequence<String>) {
        for namespace in namespaces {
            lastFacts[namespace] = nil
            lastWhole[namespace] = nil
        }
    }

    /// Maximum number of self-connections of one namespace that are stored.
    static let connectionLimit = 256

    /// Maximum number of listeners of one namespace that are watched: none can use up more than a quarter of
    /// discover.limit.
    static func listenerLimit(of limit: Int) -> Int { max(min(limit, 16), limit / 4) }
}
