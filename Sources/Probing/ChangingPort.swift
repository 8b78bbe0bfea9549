// A port whose sockets change while it is surveyed: that of a server which restarts many times a second. What was read does
// not agree with the probes then, and the survey looks again a few times. If no look agrees, what is certain counts: a probe
// that connected to itself shows that a client can, and a listener that was there holds the port at times.

import SelfConnect

/// What several looks at one port have found. Pure.
struct ChangingPort {
    /// The evidence that counts if no look is without a contradiction.
    private(set) var best: Evidence
    private var looks = 1
    /// Whether an earlier survey has seen a listener: one that came and went may have answered a probe.
    private let hadListener: Bool
    /// Whether a look has shown a listener, or a probe that connected to itself.
    private var isKnown: Bool

    /// How often one survey looks at a port.
    static let limit = 5

    /// The first look, whose evidence contradicts itself.
    init(_ evidence: Evidence) {
        best = evidence
        hadListener = evidence.memory.hadListener
        isKnown = evidence.showsOwner
    }

    /// Adds a look that contradicts itself as well.
    mutating func record(_ evidence: Evidence) {
        looks += 1
        isKnown = isKnown || evidence.showsOwner
        if evidence.weight >= best.weight { best = evidence }
    }

    /// Whether the port is looked at again.
    var admitsLook: Bool { looks < Self.limit }

    /// Whether connections to the port reach another socket, according to the probes and the sockets read after them.
    func isRedirected(_ evidence: Evidence) -> Bool {
        evidence.wasAnsweredByUnseen && !isKnown && (!hadListener || !admitsLook)
    }
}

extension Evidence {
    /// Whether a socket that listens, or is about to, has the endpoint's own address: it may have responded.
    var listensHere: Bool { holders.contains { $0.isServer && $0.conflicts } }

    /// Whether a socket is connected to itself on the endpoint.
    var loopsHere: Bool { holders.contains { $0.state == .selfConnected && $0.conflicts } }

    /// Whether another socket responded to a probe.
    var wasAnsweredByAnother: Bool { probes.directed.values.contains { $0.outcome == .reachedListener } }

    /// Whether another socket responded to a probe although none listens at the endpoint, according to the sockets read
    /// after it. The kernel never gives a probe the port of a listener: a listener that responded was opened within
    /// microseconds and is visible now.
    var wasAnsweredByUnseen: Bool {
        wasAnsweredByAnother && kernel.sockets != .none && !sockets.isIncomplete && !listensHere
    }

    /// Whether the probes contradict the holders.
    var isStale: Bool {
        probes.directed.values.contains { probe in
            switch probe.outcome {
            case .reachedListener: true
            case .notAvailable: !isReserved && holders.isEmpty && sockets.guards.isEmpty && kernel.sockets != .none
            case .selfConnected: (hasServer || !sockets.guards.isEmpty) && probe.client.portChoice != .bind
            default: false
            }
        }
    }

    /// Whether connections to the port stay at the port: to a listener, or to the probe itself.
    fileprivate var showsOwner: Bool { listensHere || probes.directed.values.contains { $0.outcome == .selfConnected } }

    /// How much it proves although it contradicts itself.
    fileprivate var weight: Int {
        if clients.contains(where: { probes.directed[$0]?.outcome == .selfConnected }) { return 2 }
        return hasServer ? 1 : 0
    }
}
