// A port whose sockets change while it is surveyed: that of a server which restarts many times a second. What was read does
// not agree with the probes then, and the survey looks again a few times. If no look agrees, what is certain counts: a probe
// that connected to itself shows that a client can, and a listener that was there holds the port at times.

import SelfConnect

/// What several looks at one port have found. Pure.
struct ChangingPort {
    /// The evidence that counts if no look is without a contradiction.
    private(set) var best: Evidence
    private var looks = 1
    /// Whether a listener was seen at the endpoint, or a probe connected to itself: then a listener that came and went may
    /// have answered a probe.
    private var changes: Bool
    /// Whether a listener was seen at the endpoint.
    private(set) var sawListener: Bool

    /// How often one survey looks at a port whose listener comes and goes.
    static let limit = 5
    /// How often without a listener: other probers change a port as well, and with each look one of their sockets is more
    /// likely to be taken for a client's.
    static let limitWithoutListener = 2

    /// The first look, whose evidence contradicts itself.
    init(_ evidence: Evidence) {
        best = evidence
        changes = evidence.hadListener || evidence.showsChange
        sawListener = evidence.hadListener || evidence.listensHere
    }

    /// Adds a look that contradicts itself as well.
    mutating func take(_ evidence: Evidence) {
        looks += 1
        changes = changes || evidence.showsChange
        sawListener = sawListener || evidence.listensHere
        if evidence.weight >= best.weight { best = evidence }
    }

    /// Whether the port is looked at again.
    var admitsLook: Bool { looks < (sawListener ? Self.limit : Self.limitWithoutListener) }

    /// Whether connections to the port reach another socket, according to the probes and the sockets read after them.
    func isRedirected(_ evidence: Evidence) -> Bool {
        evidence.wasAnsweredByUnseen && (!changes || !admitsLook)
    }
}

extension Evidence {
    /// Whether a socket that listens, or is about to, has the endpoint's own address: it may have responded.
    var listensHere: Bool { holders.contains { $0.isServer && $0.conflicts } }

    /// Whether a socket is connected to itself on the endpoint.
    var loopsHere: Bool { holders.contains { $0.state == .selfConnected && $0.conflicts } }

    /// Whether another socket responded to a probe.
    var wasAnsweredByAnother: Bool { directed.values.contains { $0.outcome == .reachedListener } }

    /// Whether another socket responded to a probe although none listens at the endpoint, according to the sockets read
    /// after it. The kernel never gives a probe the port of a listener: a listener that responded was opened within
    /// microseconds and is visible now.
    var wasAnsweredByUnseen: Bool {
        wasAnsweredByAnother && kernel.sockets != .none && !lacksSockets && !listensHere
    }

    /// Whether the probes contradict the holders.
    var isStale: Bool {
        directed.values.contains { probe in
            switch probe.outcome {
            case .reachedListener: true
            case .notAvailable: !isReserved && holders.isEmpty && guards.isEmpty && kernel.sockets != .none
            case .selfConnected: (hasServer || !guards.isEmpty) && probe.client != .bind
            default: false
            }
        }
    }

    fileprivate var showsChange: Bool { listensHere || directed.values.contains { $0.outcome == .selfConnected } }

    /// How much it proves although it contradicts itself.
    fileprivate var weight: Int {
        if clients.contains(where: { directed[$0]?.outcome == .selfConnected }) { return 2 }
        return hasServer ? 1 : 0
    }
}
