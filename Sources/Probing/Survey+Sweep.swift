// A sweep over all ports of the range in slices, so that the caller can limit its rate, do other work between two
// slices, and stop it between two ports.

package import Linux
package import SelfConnect

extension Survey {
    /// The facts about an address. Sends nothing.
    package mutating func facts(about address: IPAddress) throws(SystemCallError) -> AddressFacts {
        try addresses.facts(about: address)
    }

    /// A sweep of the ports of one address, except those known to be redirected; sends nothing yet.
    package func sweep(of address: IPAddress, sparing spared: PortSet = PortSet()) throws(SystemCallError) -> PortSweep
    {
        PortSweep(of: address, kernel: try kernel.read(), at: Clock.wall, sparing: spared)
    }

    /// Probes at most `limit` more ports as a plain connect(); returns the map when no port is left.
    ///
    /// Outside the range the kernel ignores the option that restricts its choice, and a remote address would receive a
    /// packet, so range and address are checked before each slice. An outcome that indicates a change ends the slice.
    package mutating func advance(
        _ sweep: inout PortSweep, atMost limit: Int
    ) throws(SystemCallError) -> PortMap? {
        let address = try addresses.facts(about: sweep.address)
        guard address.isOwn else {
            sweep.giveUp(because: "\(sweep.address) is not an address of this host")
            return sweep.map(at: Clock.wall)
        }
        guard try kernel.readRange().ephemeralRange == sweep.kernel.ephemeralRange else {
            return try confirm(&sweep)
        }
        try probe(&sweep, address, atMost: limit)
        return sweep.next == nil ? try confirm(&sweep) : nil
    }

    /// The map, if the facts have not changed during the sweep and no port is left.
    private mutating func confirm(_ sweep: inout PortSweep) throws(SystemCallError) -> PortMap? {
        let isConfirmed = sweep.confirm(try kernel.read(), at: Clock.wall)
        guard isConfirmed || sweep.isGivenUp else { return nil }
        if sweep.isToBeCompared { sweep.compare(with: try socketsWithoutProbes()) }
        return sweep.next == nil ? sweep.map(at: Clock.wall) : nil
    }

    private mutating func probe(
        _ sweep: inout PortSweep, _ address: AddressFacts, atMost limit: Int
    ) throws(SystemCallError) {
        let timeout = timeout
        // If a filter drops packets, each attempt waits for this timeout, twice.
        probe.timeout = min(timeout, SilentAddresses.briefTimeout)
        defer { probe.timeout = timeout }
        for _ in 0..<limit {
            guard let port = sweep.next else { return }
            let endpoint = Endpoint(sweep.address, port)
            let seen = try probe.run(.connect, to: endpoint, kernel: sweep.kernel, address: address)
            if seen.outcome == .reachedListener, try isAnsweredByUnseen(endpoint, sweep.kernel) {
                return sweep.takeRedirection()
            }
            sweep.record(seen.outcome)
            guard seen.outcome != .reachedListener, seen.outcome != .timedOut else { return }
        }
    }

    /// Whether no socket listens at an endpoint although another socket has just responded.
    private mutating func isAnsweredByUnseen(
        _ endpoint: Endpoint, _ kernel: KernelFacts
    ) throws(SystemCallError) -> Bool {
        guard kernel.sockets != .none else { return false }
        return try !freshHolders(of: endpoint).contains { $0.isServer && $0.conflicts }
    }
}
