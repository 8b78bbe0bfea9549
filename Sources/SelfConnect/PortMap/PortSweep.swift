// A sweep over the range as a value: the next port to probe, and the results so far. It decides when to restart and
// when to stop; `Survey` makes the probes.

/// The running sweep over all ports of the range.
package struct PortSweep: Hashable, Sendable {
    /// The probed address.
    package let address: IPAddress
    /// Ports that are known to be redirected and not probed: each probe would send a SYN to a service.
    package let spared: PortSet
    /// The kernel facts of the sweep.
    package private(set) var kernel: KernelFacts
    /// The outcomes so far, in the order of the ports.
    private var outcomes: [PortMap.Outcome] = []
    private var holders: [UInt16: Holder.State] = [:]
    private var startedAt: Timestamp
    /// The next port of the first round; nil after all were probed.
    private var position: UInt16?
    /// The ports of the second round, the next one last: their outcomes contradicted the sockets.
    private var doubtful: [UInt16] = []
    private var hasCompared = false
    private var timeouts = 0
    private var redirections = 0
    private var restarts = 0
    private var hindrance: String?

    /// Maximum number of timeouts: with a packet filter that drops packets, all ports would time out.
    package static let maximumTimeouts = 8
    /// Maximum number of ports found to be redirected: a rule may redirect all.
    package static let maximumRedirections = 64
    /// Maximum number of restarts because the range or the reserved ports have changed.
    package static let maximumRestarts = 3
    /// Maximum number of ports that are probed again because of changes meanwhile.
    package static let maximumDoubts = 1024

    /// A sweep that has not started.
    package init(of address: IPAddress, kernel: KernelFacts, at now: Timestamp, sparing spared: PortSet = PortSet()) {
        self.address = address
        self.spared = spared
        self.kernel = kernel
        startedAt = now
        begin()
    }

    /// The port to probe next; nil: none in this round.
    package var next: UInt16? { hindrance == nil ? doubtful.last ?? position : nil }

    /// The share of the range that the first round has passed, from 0 to 1.
    package var progress: Double {
        let range = kernel.ephemeralRange
        return position.map { Double($0 - range.first) / Double(range.count) } ?? 1
    }

    /// Whether it was ended early.
    package var isGivenUp: Bool { hindrance != nil }

    /// Whether all ports were probed but not yet compared with the sockets (`compare`).
    package var isToBeCompared: Bool { next == nil && !hasCompared && kernel.sockets != .none }

    /// Records the outcome of the next port.
    package mutating func record(_ outcome: Observation.Outcome) {
        settle(PortMap.Outcome(outcome))
        guard outcome == .timedOut else { return }
        timeouts += 1
        guard timeouts >= Self.maximumTimeouts else { return }
        giveUp(because: "\(Self.maximumTimeouts) ports gave no answer, as with a packet filter that drops")
    }

    /// Records that the next port is redirected: another socket responded although none listens on it.
    package mutating func takeRedirection() {
        settle(.redirected)
        redirections += 1
        guard redirections >= Self.maximumRedirections else { return }
        giveUp(because: "\(Self.maximumRedirections) ports turned out to be redirected, as with a rule for all ports")
    }

    private mutating func settle(_ outcome: PortMap.Outcome) {
        guard let port = next else { return }
        outcomes[offset(of: port)] = outcome
        if doubtful.isEmpty { position = following(port) } else { doubtful.removeLast() }
    }

    /// Ends the sweep early for this reason, a sentence fragment.
    package mutating func giveUp(because hindrance: String) {
        self.hindrance = hindrance
    }

    /// Restarts the sweep if the facts have changed.
    ///
    /// - Returns: whether the facts are unchanged.
    package mutating func confirm(_ facts: KernelFacts, at now: Timestamp) -> Bool {
        let isSame = facts.ephemeralRange == kernel.ephemeralRange && facts.reservedPorts == kernel.reservedPorts
        kernel = facts
        guard !isSame else { return true }
        startedAt = now
        restarts += 1
        begin()
        if restarts > Self.maximumRestarts {
            giveUp(because: "the range or the reserved ports changed again and again")
        }
        return false
    }

    /// Records the holders after all ports were probed. If a holder contradicts an outcome, a socket was opened or
    /// closed meanwhile: such a port is probed once more.
    package mutating func compare(with sockets: SocketTable) {
        hasCompared = true
        for port in kernel.ephemeralRange.ports {
            let holder = sockets.holders(of: Endpoint(address, port)).first?.state
            holders[port] = holder
            if isDoubtful(outcomes[offset(of: port)], holder) { doubtful.append(port) }
        }
        doubtful.removeFirst(max(0, doubtful.count - Self.maximumDoubts))
    }

    /// The map of the results so far; the other ports are `skipped`.
    package func map(at now: Timestamp) -> PortMap {
        PortMap(
            of: address, kernel: kernel, at: now, elapsed: max(.zero, now.since(startedAt)), hindrance: hindrance
        ) { port in
            PortMap.Entry(outcomes[offset(of: port)], holders[port])
        }
    }

    private mutating func begin() {
        let range = kernel.ephemeralRange
        outcomes = [PortMap.Outcome](repeating: .skipped, count: range.count)
        for port in spared.intersection(range).ports { outcomes[offset(of: port)] = .redirected }
        for port in kernel.reservedPorts.intersection(range).ports { outcomes[offset(of: port)] = .reserved }
        holders = [:]
        doubtful = []
        hasCompared = false
        timeouts = 0
        redirections = 0
        hindrance = nil
        position = outcomes[0] == .skipped ? range.first : following(range.first)
        if !kernel.directedProbe { giveUp(because: "this kernel has no IP_LOCAL_PORT_RANGE") }
    }

    /// The next port of the range to probe.
    private func following(_ port: UInt16) -> UInt16? {
        guard port < kernel.ephemeralRange.last else { return nil }
        return (port + 1...kernel.ephemeralRange.last).first { outcomes[offset(of: $0)] == .skipped }
    }

    private func offset(of port: UInt16) -> Int { Int(port - kernel.ephemeralRange.first) }

    private func isDoubtful(_ outcome: PortMap.Outcome, _ holder: Holder.State?) -> Bool {
        switch outcome {
        case .reachedListener: true
        // Held by a socket that the kernel does not show, or released meanwhile: only another probe can show which.
        case .notAvailable: holder == nil
        case .selfConnected: holder == .listening || holder == .bound
        case .redirected: holder == .listening || holder == .bound || holder == .selfConnected
        default: false
        }
    }
}
