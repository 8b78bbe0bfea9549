// The outcome of the directed probe for every port of the ephemeral range. Most ports have the same outcome, so only
// runs are stored: few on a quiet host, and never more than the range has ports.

/// The outcomes of all ports of the range, probed as a plain `connect()` to one address.
package struct PortMap: Hashable, Sendable {
    /// The result for a port.
    package struct Entry: Hashable, Sendable {
        /// The outcome of its probe.
        package var outcome: Outcome
        /// How a socket used the port after all ports were probed; nil: no socket was visible.
        package var holder: Holder.State?

        /// Memberwise initializer.
        package init(_ outcome: Outcome, _ holder: Holder.State? = nil) {
            self.outcome = outcome
            self.holder = holder
        }
    }

    /// Adjacent ports with equal results.
    package struct Run: Hashable, Sendable {
        /// The ports.
        package let ports: PortRange
        /// The result for each of them.
        package let entry: Entry
    }

    /// The probed address.
    package let address: IPAddress
    /// The kernel facts, including the ephemeral range and the reserved ports of the map.
    package let kernel: KernelFacts
    /// The runs in ascending order: disjoint, adjacent ones differ, together the whole range.
    package let runs: [Run]
    /// When the last port was probed.
    package let at: Timestamp
    /// The time since the first probe, including pauses.
    package let elapsed: Duration
    /// Why some ports were not probed, a sentence fragment; nil: the map is complete.
    package let hindrance: String?

    /// A map of the range of `kernel`.
    ///
    /// - Parameter entry: returns the result for a port; called once for each port of the range, in ascending order.
    package init(
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
    /// The result for a port, nil outside the range; in logarithmic time.
    package subscript(port: UInt16) -> Entry? {
        guard kernel.ephemeralRange.contains(port) else { return nil }
        var low = 0
        var high = runs.count - 1
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].ports.last < port { low = middle + 1 } else { high = middle }
        }
        return runs[low].entry
    }

    /// The number of ports with each outcome; outcomes without ports are omitted.
    package var countByOutcome: [Outcome: Int] {
        runs.reduce(into: [:]) { counts, run in counts[run.entry.outcome, default: 0] += run.ports.count }
    }

    /// The number of ports held in each way, regardless of their outcome; ways without ports are omitted.
    package var countByHolder: [Holder.State: Int] {
        runs.reduce(into: [:]) { counts, run in
            if let holder = run.entry.holder { counts[holder, default: 0] += run.ports.count }
        }
    }

    /// The number of ports that are known to be exposed or not: from their probes, or because they are reserved.
    package var knownCount: Int { countByOutcome.reduce(0) { $0 + ($1.key.isKnown ? $1.value : 0) } }

    /// Whether there is a result for any port that clients can get. Otherwise the map says nothing about exposure: no
    /// port is exposed in it because none was measured.
    package var isMeasured: Bool {
        let known = knownCount
        return known == kernel.ephemeralRange.count || known > countByOutcome[.reserved] ?? 0
    }

    /// The share of exposed ports, from 0 to 1; of the known ports if the map is incomplete; nil if nothing was
    /// measured.
    package var exposedShare: Double? {
        let total = hindrance == nil ? kernel.ephemeralRange.count : knownCount
        return isMeasured ? Double(countByOutcome[.selfConnected] ?? 0) / Double(total) : nil
    }
}
