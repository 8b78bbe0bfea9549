// A sweep over the range as a value: which port is to be probed next, and what to make of the answers. It decides when
// to begin again and when to give up; `Survey` does what it asks for.

/// The probes of all ports of the range under way.
public struct PortSweep: Hashable, Sendable {
    /// Where the probes go.
    public let address: IPAddress
    /// Ports that are known to be redirected, and so are not probed: each probe would send a SYN to a service.
    public let spared: PortSet
    /// The facts that it goes by.
    public private(set) var kernel: KernelFacts
    /// What of the ports was seen so far, in their order.
    private var outcomes: [PortMap.Outcome] = []
    private var holders: [UInt16: Holder.State] = [:]
    private var startedAt: Timestamp
    /// The next port of the first round; nil once all were probed.
    private var position: UInt16?
    /// The ports of the second round, the next one last: their answers did not agree with the sockets.
    private var doubtful: [UInt16] = []
    private var hasCompared = false
    private var timeouts = 0
    private var redirections = 0
    private var restarts = 0
    private var hindrance: String?

    /// After so many ports without an answer no more are probed: with a packet filter that drops, all would wait.
    public static let patience = 8
    /// After so many ports that turned out to be redirected no more are probed: a rule can redirect all.
    public static let maximumRedirections = 64
    /// How often it begins again because the range or the reserved ports have changed.
    public static let maximumRestarts = 3
    /// How many ports are probed again because others took or left them meanwhile.
    public static let maximumDoubts = 1024

    /// A sweep that has not begun.
    public init(of address: IPAddress, kernel: KernelFacts, at now: Timestamp, sparing spared: PortSet = PortSet()) {
        self.address = address
        self.spared = spared
        self.kernel = kernel
        startedAt = now
        begin()
    }

    /// The port to probe now; nil: none, in this round.
    public var next: UInt16? { hindrance == nil ? doubtful.last ?? position : nil }

    /// Whether it was ended early.
    public var isGivenUp: Bool { hindrance != nil }

    /// Whether every port was probed and the sockets have not been looked at yet (`compare`).
    public var isToBeCompared: Bool { next == nil && !hasCompared && kernel.sockets != .none }

    /// Takes note of the answer of the port that was next.
    public mutating func take(_ outcome: Observation.Outcome) {
        settle(PortMap.Outcome(outcome))
        guard outcome == .timedOut else { return }
        timeouts += 1
        guard timeouts >= Self.patience else { return }
        giveUp(because: "\(Self.patience) ports gave no answer, as with a packet filter that drops")
    }

    /// Takes note that another socket answered the port that was next, although none listens on it.
    public mutating func takeRedirection() {
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

    /// Ends it early; `hindrance` says why, in a sentence fragment.
    public mutating func giveUp(because hindrance: String) {
        self.hindrance = hindrance
    }

    /// Begins again where what it goes by is not so any more.
    ///
    /// - Returns: whether the facts are those that it went by.
    public mutating func confirm(_ facts: KernelFacts, at now: Timestamp) -> Bool {
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

    /// Takes note of who holds the ports now that all were probed. Where that contradicts an answer, somebody came or
    /// went since: these ports come next once more.
    public mutating func compare(with sockets: SocketTable) {
        hasCompared = true
        for port in kernel.ephemeralRange.ports {
            let holder = sockets.holders(of: Endpoint(address, port)).first?.state
            holders[port] = holder
            if isDoubtful(outcomes[offset(of: port)], holder) { doubtful.append(port) }
        }
        doubtful.removeFirst(max(0, doubtful.count - Self.maximumDoubts))
    }

    /// The map of what was seen; what was not is `skipped`.
    public func map(at now: Timestamp) -> PortMap {
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

    /// The next port of the range that is to be probed.
    private func following(_ port: UInt16) -> UInt16? {
        guard port < kernel.ephemeralRange.last else { return nil }
        return (port + 1...kernel.ephemeralRange.last).first { outcomes[offset(of: $0)] == .skipped }
    }

    private func offset(of port: UInt16) -> Int { Int(port - kernel.ephemeralRange.first) }

    private func isDoubtful(_ outcome: PortMap.Outcome, _ holder: Holder.State?) -> Bool {
        switch outcome {
        case .reachedListener: true
        // Held by a socket that the kernel does not show, or left since: only another probe tells.
        case .notAvailable: holder == nil
        case .selfConnected: holder == .listening || holder == .bound
        case .redirected: holder == .listening || holder == .bound || holder == .selfConnected
        default: false
        }
    }
}
