// Why there is no verdict.

extension Reason {
    /// A sentence fragment.
    var hindrance: String {
        if let hindrance = evidence.hindrance { return hindrance }
        let hindered = evidence.clients.sorted().compactMap { evidence.probes.directed[$0] }.first { $0.isHindered }
        if evidence.isContradicted {
            return "a probe connected to itself where the kernel's settings, read before it, rule that out"
        }
        guard let probe = hindered else { return unexplained }
        switch probe.outcome {
        case .timedOut where probe.attempts == 0:
            return "it was not probed: \(probe.detail ?? "unknown reason")"
        case .timedOut:
            return "a probe as \(probe.client.rawValue) got no answer within \(probe.elapsed.rounded), as with a packet"
                + " filter that drops"
        case .reachedListener:
            return "another socket answered a probe, and a listener came or went meanwhile"
        default:
            return "a probe as \(probe.client.rawValue) failed: \(probe.detail ?? probe.error ?? "unknown error")"
        }
    }

    private var unexplained: String {
        if evidence.kernel.sockets == .none { return "the sockets of this host could not be read" }
        if evidence.clients.contains(where: { evidence.probes.directed[$0]?.outcome == .refused }) {
            return
                "a probe that had to meet itself was refused, as with a packet filter that rejects, or a redirection to a"
                + " port on which nothing listens"
        }
        if let holder = evidence.holders.first(where: evidence.mayLeaveOpen) {
            return "/proc does not show whether the listener on \(holder.socket.local) takes IPv4 too"
        }
        if evidence.sockets.hasBriefSelfConnections {
            return "connections to itself come and go on it within milliseconds, and are reset as those of a probe are"
        }
        if evidence.isHeldByUnseen { return "the kernel refuses it to a server, but shows no socket that has it" }
        return "the kernel refused it to the probe, but shows no socket that has it"
    }
}
