// What ends the trouble of this moment: a socket that has a server's port has to close it. Each step is a command for a
// shell, with what is known about the socket's owner. The first is the one that disturbs least and acts at once: to destroy a
// socket ends one connection with a reset, while a connection that is closed, as by the end of its process, can keep its port
// in TIME-WAIT for 60 s (`tcp_abort`, `tcp_time_wait`).

/// One way to free a port now.
package enum RemedyStep: Hashable, Sendable {
    /// To restart the systemd unit that owns the socket.
    case restart(unit: String)
    /// To end the process that owns the socket.
    case end(pid: Int32)
    /// To have the kernel close the connections from the local end to these peers (sock_diag(7), SOCK_DESTROY). Needs
    /// CAP_NET_ADMIN. Each peer is named: later the same end may have other connections, such as those that a server has accepted.
    case destroy(local: Endpoint, peers: [Endpoint])
    /// To have the kernel forget closed connections, as some kernels do (`tcp_abort`). Needs CAP_NET_ADMIN.
    case forget(local: Endpoint, peers: [Endpoint])
    /// To wait, for the reason in a sentence.
    case wait(String)
    /// To probe the port again: this number of local ends and owners of sockets have no step of their own.
    case probeAgain(left: Int)

    /// The command, for a namespace as `NamespaceName` spells it; or the sentence.
    package func text(in namespace: String?) -> String {
        switch self {
        case .restart(let unit): return "systemctl restart \(ShellWord.quoted(unit))"
        case .end(let pid): return "kill \(pid)"
        case .destroy(let local, let peers): return Self.destruction("", local, peers, in: namespace)
        case .forget(let local, let peers): return Self.destruction("state time-wait ", local, peers, in: namespace)
        case .wait(let reason): return "wait: \(reason)"
        case .probeAgain(let left): return "probe the port again after these steps: \(left) more are left"
        }
    }

    private static func destruction(
        _ state: String, _ local: Endpoint, _ peers: [Endpoint], in namespace: String?
    ) -> String {
        let alternatives = peers.map { "dst \(name($0))" }.joined(separator: " or ")
        let filter =
            peers.count == 1 ? "dst \(ShellWord.quoted(name(peers[0])))" : ShellWord.quoted("( \(alternatives) )")
        let command = "ss -K -t \(state)src \(ShellWord.quoted(name(local))) \(filter)"
        return namespace.map { NamespaceName.shell(command, in: $0) } ?? command
    }

    /// As ss(8) reads it; it knows no zones.
    private static func name(_ endpoint: Endpoint) -> String {
        "\(Endpoint(endpoint.address.withoutZone, endpoint.port))"
    }
}

extension RemedyStep {
    /// Whether its text is a command.
    package var isCommand: Bool {
        switch self {
        case .restart, .end, .destroy, .forget: true
        case .wait, .probeAgain: false
        }
    }
}

extension Finding {
    /// What frees the port now, if it is in trouble now: the steps for all sockets that keep a server from it.
    package var steps: [RemedyStep] {
        switch assessment.verdict {
        case .selfConnected:
            let own = evidence.holders.filter { $0.state == .selfConnected }
            // A listener on another address is a server, which is to stay.
            let others = evidence.blockers.filter { $0.state == .source || $0.state == .timeWait }
            return RemedyStep.steps(toFree: own + others)
        case .stolen:
            return RemedyStep.steps(toFree: evidence.blockers)
        case .susceptible, .latent, .inconclusive, .guarded, .redirected, .reserved, .outsideRange, .notSelf: return []
        }
    }
}

extension Holder {
    /// What makes the socket give up its port.
    package var stepsToFree: [RemedyStep] { RemedyStep.steps(toFree: [self]) }
}

extension RemedyStep {
    /// How many local ends and owners steps are named for.
    private static let limit = 4
    /// How many peers of one end.
    private static let peerLimit = 8

    /// The steps for all of these sockets: the owners of those that have no connection, then the connections, those from one end
    /// together, then their owners as an alternative; each owner once.
    static func steps(toFree holders: [Holder]) -> [RemedyStep] {
        guard !holders.isEmpty else { return [] }
        let bound = holders.filter { $0.isServer }
        let connected = holders.filter { !$0.isServer && $0.socket.state != .timeWait }
        let closed = holders.filter { $0.socket.state == .timeWait }
        let named =
            owners(of: bound) + closing(connected) { .destroy(local: $0, peers: $1) }
            + closing(closed) { .forget(local: $0, peers: $1) }
        let alternatives = owners(of: connected.filter { $0.state != .timeWait }).filter { !named.contains($0) }
        let steps = named + alternatives + waits(connected + closed)
        let left = holders.count > 1 ? holders.count - covered(bound, connected, closed) : 0
        return steps + (left > 0 ? [.probeAgain(left: left)] : [])
    }

    /// For each of the first local ends a step with its first peers.
    private static func closing(
        _ holders: [Holder], _ step: (Endpoint, [Endpoint]) -> RemedyStep
    ) -> [RemedyStep] {
        ends(holders).prefix(limit).map { local, peers in step(local, Array(peers.prefix(peerLimit))) }
    }

    /// The peers of each local end, in the order of the sockets.
    private static func ends(_ holders: [Holder]) -> [(local: Endpoint, peers: [Endpoint])] {
        guard holders.count > 1 else { return holders.map { ($0.socket.local, [$0.socket.peer]) } }
        var peers: [Endpoint: [Endpoint]] = [:]
        for holder in holders { peers[holder.socket.local, default: []].append(holder.socket.peer) }
        var known = Set<Endpoint>()
        return holders.map(\.socket.local).filter { known.insert($0).inserted }.map { ($0, peers[$0] ?? []) }
    }

    private static func owners(of holders: [Holder]) -> [RemedyStep] {
        let steps = holders.compactMap(\.stepToEndOwner).reduce(into: [RemedyStep]()) { steps, step in
            if !steps.contains(step) { steps.append(step) }
        }
        return Array(steps.prefix(limit))
    }

    /// How long it takes without a step, of the first socket that is closed.
    private static func waits(_ holders: [Holder]) -> [RemedyStep] {
        guard let closed = holders.first(where: { $0.state == .timeWait }) else { return [] }
        let peer = closed.socket.peer
        return [
            closed.socket.state == .timeWait
                ? .wait("the kernel forgets the closed connection to \(peer) about 60 s after it was closed")
                : .wait("the kernel ends the connection to \(peer) when its peer has answered or timed out")
        ]
    }

    /// How many sockets the steps close.
    private static func covered(_ bound: [Holder], _ connected: [Holder], _ closed: [Holder]) -> Int {
        min(bound.count, limit)
            + [connected, closed].reduce(0) { count, holders in
                ends(holders).prefix(limit).reduce(count) { $0 + min($1.peers.count, peerLimit) }
            }
    }
}

extension Holder {
    /// What ends the socket's owner: the unit where it is a service of the system's manager, else the process.
    fileprivate var stepToEndOwner: RemedyStep? {
        let owner = controlGroup.flatMap(SystemdUnit.init(ofControlGroup:))
        // To restart a user's manager would end everything that the user runs.
        if let unit, unit.hasSuffix(".service"), owner?.user == nil, !unit.hasPrefix("user@"), unit == unit.printable {
            return .restart(unit: unit)
        }
        return pid.map { .end(pid: $0) }
    }
}
