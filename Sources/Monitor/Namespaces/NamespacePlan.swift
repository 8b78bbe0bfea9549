/// In which order the network namespaces of the host are visited, where their facts are read, and where all connections are
/// looked for: rules over time, which the caller passes in.
///
/// A visit finds listeners and the self-connections of known endpoints. Self-connections on other ports show only in a walk
/// through the tables of the whole host, which takes milliseconds: so there are a few walks in each pass, and the namespaces
/// take turns.
///
/// To open a file under /proc/sys/net takes the longer the more namespaces there are. So the facts of a namespace are read when
/// a verdict needs them, and otherwise often enough to notice a change within the interval.
struct NamespacePlan {
    /// From one complete look at the connections of a namespace to the next, at least; from one reading of its facts to the
    /// next, at most.
    var interval: Duration
    /// When the facts of each namespace were read last.
    private var lastFacts: [String: Duration] = [:]
    /// When all connections of each namespace were known last.
    private var lastWhole: [String: Duration] = [:]
    private var walks = 0

    /// How many walks there are in one pass at most.
    static let walkLimit = 8

    /// No namespace has been visited.
    init(every interval: Duration) {
        self.interval = interval
    }

    /// Begins a pass: the namespaces in the order of the visits, first those whose connections were known longest ago.
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

    /// A namespace was visited: whether its facts were read, whether all of its connections are known, and whether that took a
    /// walk.
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

    /// How many self-connections of one namespace are kept.
    static let connectionLimit = 256

    /// How many listeners of one namespace are watched: none can use up more than a quarter of discover.limit.
    static func listenerLimit(of limit: Int) -> Int { max(min(limit, 16), limit / 4) }
}
