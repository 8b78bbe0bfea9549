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
    /// To have the kernel close this one connection (sock_diag(7), SOCK_DESTROY). Needs CAP_NET_ADMIN.
    case destroy(local: Endpoint, peer: Endpoint)
    /// To wait, for the reason in a sentence.
    case wait(String)

    /// The command, for a namespace as `NamespaceName` spells it; or the sentence.
    package func text(in namespace: String?) -> String {
        switch self {
        case .restart(let unit): return "systemctl restart \(ShellWord.quoted(unit))"
        case .end(let pid): return "kill \(pid)"
        case .destroy(let local, let peer):
            let command = "ss -K -t src \(Self.word(local)) dst \(Self.word(peer))"
            guard let namespace else { return command }
            return NamespaceName.shell(command, in: namespace)
        case .wait(let reason): return "wait: \(reason)"
        }
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
        case .restart, .end, .destroy: true
        case .wait: false
        }
    }
}

extension Finding {
    /// Maximum number of connections that block a server for which steps are given.
    private static let stepLimit = 4

    /// What frees the port now, if it is in trouble now. Where several connections have it, the steps of each.
    package var steps: [RemedyStep] {
        switch assessment.verdict {
        case .selfConnected:
            return evidence.holders.first { $0.state == .selfConnected }?.stepsToFree ?? []
        case .stolen:
            return evidence.blockers.prefix(Self.stepLimit).flatMap(\.stepsToFree)
        case .susceptible, .latent, .inconclusive, .guarded, .redirected, .reserved, .outsideRange, .notSelf: return []
        }
    }
}

extension Holder {
    /// What makes the socket give up its port.
    package var stepsToFree: [RemedyStep] {
        switch state {
        case .timeWait where socket.state == .timeWait:
            [.wait("the kernel forgets the closed connection to \(socket.peer) about 60 s after it was closed")]
        case .timeWait:
            [
                destruction,
                .wait("the kernel ends the connection to \(socket.peer) when its peer has answered or timed out"),
            ]
        case .selfConnected, .source, .listening, .bound: [destruction] + endingOwner
        }
    }

    private var destruction: RemedyStep { .destroy(local: socket.local, peer: socket.peer) }

    /// The unit where it is a service of the system's manager, else the process.
    private var endingOwner: [RemedyStep] {
        let owner = controlGroup.flatMap(SystemdUnit.init(ofControlGroup:))
        // To restart a user's manager would end everything that the user runs.
        if let unit, unit.hasSuffix(".service"), owner?.user == nil, !unit.hasPrefix("user@"), unit == unit.printable {
            return [.restart(unit: unit)]
        }
        return pid.map { [.end(pid: $0)] } ?? []
    }
}
