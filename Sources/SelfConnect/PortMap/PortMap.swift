// The directed probe's answer for every port of the ephemeral range. Most ports answer alike, so what is kept is where
// the answer changes: a few runs for a quiet host, and never more than the range has ports.

/// What became of every port of the range, probed as a plain `connect()` to one address.
public struct PortMap: Hashable, Sendable {
    /// What is known of a port.
    public struct Entry: Hashable, Sendable {
        /// How its probe ended.
        public var outcome: Outcome
        /// How somebody had the port when all had been probed; nil: nobody was seen.
        public var holder: Holder.State?

        /// An entry as given.
        public init(_ outcome: Outcome, _ holder: Holder.State? = nil) {
            self.outcome = outcome
            self.holder = holder
        }
    }

    /// Neighbours of which the same is known.
    public struct Run: Hashable, Sendable {
        /// The ports.
        public let ports: PortRange
        /// What is known of each of them.
        public let entry: Entry
    }

    /// Where the probes went.
    public let address: IPAddress
    /// The ephemeral range and the reserved ports that it is a map of.
    public let kernel: KernelFacts
    /// The runs, upwards: disjoint, never alike side by side, together the whole range.
    public let runs: [Run]
    /// When the last port was probed.
    public let at: Timestamp
    /// How long that was after the first, pauses included.
    public let elapsed: Duration
    /// What kept some ports from being probed, in a sentence fragment; nil: the map is complete.
    public let hindrance: String?

    /// A map of the range of `kernel`.
    ///
    /// - Parameter entry: what is known of a port; asked for each of the range once, upwards.
    public init(
        of address: IPAddress, kernel: KernelFacts, at: Timestamp, elapsed: Duration = .zero, hindrance: String? = nil,
        _ entry: (UInt16) -> Entry
    ) {
        self.address = address
        self.kernel = kernel
        self.at = at
        self.elapsed = elapsed
        self.hindrance = hindrance
        runs = Self.runs(of: kernel.ephemeralRange, entry)
    }

    private static func runs(of range: PortRange, _ entry: (UInt16) -> Entry) -> [Run] {
        var runs: [Run] = []
        var first = range.first
        var known = entry(first)
        for port in range.ports.dropFirst() {
            let next = entry(port)
            guard next != known else { continue }
            runs.append(Run(ports: PortRange(first, port - 1), entry: known))
            (first, known) = (port, next)
        }
        return runs + [Run(ports: PortRange(first, range.last), entry: known)]
    }
}

extension PortMap {
    /// What is known of a port, nil outside the range; takes the logarithm of the number of runs.
    public subscript(port: UInt16) -> Entry? {
        guard kernel.ephemeralRange.contains(port) else { return nil }
        var low = 0
        var high = runs.count - 1
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].ports.last < port { low = middle + 1 } else { high = middle }
        }
        return runs[low].entry
    }

    /// How many ports have each outcome; outcomes that none has are left out.
    public var countByOutcome: [Outcome: Int] {
        runs.reduce(into: [:]) { counts, run in counts[run.entry.outcome, default: 0] += run.ports.count }
    }

    /// How many ports are held in each way, whatever their outcome; ways that none has are left out.
    public var countByHolder: [Holder.State: Int] {
        runs.reduce(into: [:]) { counts, run in
            if let holder = run.entry.holder { counts[holder, default: 0] += run.ports.count }
        }
    }

    /// How many ports are known to be exposed or not: by their probes, or since they are reserved.
    public var knownCount: Int { countByOutcome.reduce(0) { $0 + ($1.key.isKnown ? $1.value : 0) } }

    /// Whether any port that can be given to clients was found out about. Else the map says nothing about exposure: no
    /// port is found exposed because none was measured.
    public var isMeasured: Bool {
        let known = knownCount
        return known == kernel.ephemeralRange.count || known > countByOutcome[.reserved] ?? 0
    }

    /// The share of the ports that are exposed, from 0 to 1; of those that are known where the map is not complete, and
    /// nil where nothing was measured.
    public var exposedShare: Double? {
        let total = hindrance == nil ? kernel.ephemeralRange.count : knownCount
        return isMeasured ? Double(countByOutcome[.selfConnected] ?? 0) / Double(total) : nil
    }
}
