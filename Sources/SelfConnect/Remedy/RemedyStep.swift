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
    /// To have the kernel close this one connection, or without a peer all from the local end (sock_diag(7), SOCK_DESTROY).
    /// Needs CAP_NET_ADMIN.
    case destroy(local: Endpoint, peer: Endpoint?)
    /// To have the kernel forget this one closed connection, as some kernels do (`tcp_abort`). Needs CAP_NET_ADMIN.
    case forget(local: Endpoint, peer: Endpoint)
    /// To wait, for the reason in a sentence.
    case wait(String)
    /// To probe the port again: so many local ends and owners of sockets have no step of their own.
    case probeAgain(left: Int)

    /// The command, for a namespace as `NamespaceName` spells it; or the sentence.
    package func text(in namespace: String?) -> String {
        switch self {
        case .restart(let unit): return "systemctl restart \(ShellWord.quoted(unit))"
        case .end(let pid): return "kill \(pid)"
        case .destroy(let local, let peer):
            return Self.destruction("src \(Self.word(local))\(peer.map { " dst \(Self.word($0))" } ?? "")", in: namespace)
        case .forget(let local, let peer):
            return Self.destruction("state time-wait src \(Self.word(local)) dst \(Self.word(peer))", in: namespace)
        case .wait(let reason): return "wait: \(reason)"
        case .probeAgain(let left): return "probe the port again after these steps: \(left) more are left"
        }
    }

    private static func destruction(_ filter: String, in namespace: String?) -> String {
        let command = "ss -K -t \(filter)"
        return namespace.map { NamespaceName.shell(command, in: $0) } ?? command
    }

    /// As ss(8) reads it; it knows no zones.
    private static func word(_ endpoint: Endpoint) -> String {
        ShellWord.quoted("\(Endpoint(endpoint.address.withoutZone, endpoint.port))")
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
    /// How many local ends and owners steps are named for.
    private static let stepLimit = 4

    /// What frees the port now, if it is in trouble now: the steps for all sockets that a server would have to wait for.
    package var steps: [RemedyStep] {
        switch assessment.verdict {
        case .selfConnected:
            let own = evidence.holders.filter { $0.state == .selfConnected }
            return Self.steps(toFree: own + evidence.blockers.filter { $0.state != .selfConnected })
        case .stolen:
            return Self.steps(toFree: evidence.blockers)
        case .susceptible, .latent, .inconclusive, .guarded, .redirected, .reserved, .outsideRange, .notSelf: return []
        }
    }

    /// First the connections, those from one local end together, then their owners, each once; then what is not named.
    private static func steps(toFree holders: [Holder]) -> [RemedyStep] {
        var ends: [Endpoint: [Holder]] = [:]
        for holder in holders { ends[holder.socket.local, default: []].append(holder) }
        var known = Set<Endpoint>()
        let locals = holders.map(\.socket.local).filter { known.insert($0).inserted }
        let closing = locals.prefix(stepLimit).flatMap { local in
            let connections = ends[local] ?? []
            return connections.count > 1
                ? [.destroy(local: local, peer: nil)] : connections.flatMap(\.stepsToClose)
        }
        let named = locals.prefix(stepLimit).flatMap { ends[$0] ?? [] }
        let owners = named.flatMap(\.stepsToEndOwner).reduce(into: [RemedyStep]()) { steps, step in
            if !steps.contains(step) { steps.append(step) }
        }
        let left = max(0, locals.count - stepLimit) + max(0, owners.count - stepLimit)
        return closing + owners.prefix(stepLimit) + (left > 0 ? [.probeAgain(left: left)] : [])
    }
}

extension Holder {
    /// What makes the socket give up its port.
    package var stepsToFree: [RemedyStep] { stepsToClose + stepsToEndOwner }

    /// What makes the kernel close the socket.
    fileprivate var stepsToClose: [RemedyStep] {
        switch state {
        case .timeWait where socket.state == .timeWait:
            [
                .forget(local: socket.local, peer: socket.peer),
                .wait("the kernel forgets the closed connection to \(socket.peer) about 60 s after it was closed"),
            ]
        case .timeWait:
            [
                .destroy(local: socket.local, peer: socket.peer),
                .wait("the kernel ends the connection to \(socket.peer) when its peer has answered or timed out"),
            ]
        case .selfConnected, .source: [.destroy(local: socket.local, peer: socket.peer)]
        // It has no connection that the kernel could close.
        case .listening, .bound: []
        }
    }

    /// What ends the socket's owner: the unit where it is a service of the system's manager, else the process.
    fileprivate var stepsToEndOwner: [RemedyStep] {
        guard state != .timeWait else { return [] }
        let owner = controlGroup.flatMap(SystemdUnit.init(ofControlGroup:))
        // To restart a user's manager would end everything that the user runs.
        if let unit, unit.hasSuffix(".service"), owner?.user == nil, !unit.hasPrefix("user@"), unit == unit.printable {
            return [.restart(unit: unit)]
        }
        return pid.map { [.end(pid: $0)] } ?? []
    }
}
