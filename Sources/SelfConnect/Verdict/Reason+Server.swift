// What keeps a server from its port, and for how long.

extension Reason {
    var stolen: String {
        guard let holder = evidence.stealingConnection, let blocker else { return "A server cannot bind port \(port)." }
        return "Port \(port) is \(blocker): a server cannot bind \(serverEndpoint) \(until(holder))."
    }

    /// What prevents a server from binding the port, a sentence fragment; nil if nothing does.
    var blocker: String? {
        guard evidence.serverAccess?.answer == .no else { return nil }
        guard let holder = evidence.stealingConnection else {
            return "in use by a socket that the kernel does not show"
        }
        let peer = holder.socket.peer
        let place = holder.conflicts ? "" : " from \(holder.socket.local.address)"
        switch holder.state {
        case .selfConnected: return "in use by a self-connection of \(owner(holder)) on \(holder.socket.local)"
        case .timeWait: return "in use by a closed connection\(place) to \(peer) (\(holder.socket.state.name))"
        case .listening, .bound: return "in use by \(describe(holder))"
        case .source where holder.socket.local == peer && holder.socket.selfConnection == .refuted:
            return
                "the source port of a connection\(place) to \(peer) of \(owner(holder)), redirected to another socket"
        case .source where holder.socket.namesAreEqual:
            let doubt =
                evidence.kernel.sockets == .sockDiag
                ? "its segment counters do not prove it" : "only its names are known, not its segment counters"
            return
                "the source port of a connection\(place) to \(peer) of \(owner(holder)), an unconfirmed self-connection:"
                + " \(doubt)"
        case .source where evidence.isOrphanedAcceptedSocket(holder):
            return "in use by a connection\(place) to \(peer) of \(owner(holder)), accepted by a listener that has gone"
        case .source: return "the source port of a connection\(place) to \(peer) of \(owner(holder))"
        }
    }

    /// How long the port stays in use; only states times that the kernel guarantees.
    private func until(_ holder: Holder) -> String {
        guard holder.state == .timeWait else { return "as long as it lives" }
        switch holder.socket.state {
        case .timeWait: return "until the kernel forgets it, about 60 s after it was closed"
        case .finWait2: return "until its peer closes it too, or net.ipv4.tcp_fin_timeout has passed"
        default: return "until its peer acknowledges the end, or the kernel gives up, which can take minutes"
        }
    }

    private var serverEndpoint: Endpoint {
        Endpoint(evidence.serverAccess?.address ?? evidence.endpoint.address, port)
    }
}
