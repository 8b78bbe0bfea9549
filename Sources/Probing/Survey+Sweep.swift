// A sweep over all ports of the range, slice by slice, so that whoever runs it can pace it, do other things between two
// slices, and stop it between any two ports.

package import Linux
package import SelfConnect

extension Survey {
    /// What the host says about an address. Nothing is sent.
    package mutating func facts(about address: IPAddress) throws(SystemCallError) -> AddressFacts {
        try addresses.facts(about: address)
    }

    /// A sweep of the ports of one address, except those that are known to be redirected; nothing is sent yet.
    package func sweep(of address: IPAddress, sparing spared: PortSet = PortSet()) throws(SystemCallError) -> PortSweep
    {
        PortSweep(of: address, kernel: try kernel.read(), at: Clock.wall, sparing: spared)
    }

    /// Probes at most `limit` more ports as a plain connect(); the map, once there is no port left.
    ///
    /// Outside the range the kernel ignores the option that narrows its choice, and a foreign address would be sent a
    /// packet: so both are looked at before each slice. An answer that speaks of a change ends the slice.
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

    /// The map, if what the sweep goes by is still so and there is nothing left to probe.
    private mutating func confirm(_ sweep: inout PortSweep) throws(SystemCallError) -> PortMap? {
        let isConfirmed = sweep.confirm(try kernel.read(), at: Clock.wall)
        guard isConfirmed || sweep.isGivenUp else { return nil }
        if sweep.isToBeCompared { sweep.compare(with: try believedSockets()) }
        return sweep.next == nil ? sweep.map(at: Clock.wall) : nil
    }

    private mutating func probe(
        _ sweep: inout PortSweep, _ address: AddressFacts, atMost limit: Int
    ) throws(SystemCallError) {
        let timeout = timeout
        // A filter that drops makes every attempt wait as long as this, twice.
        probe.timeout = min(timeout, Self.briefTimeout)
        defer { probe.timeout = timeout }
        for _ in 0..<limit {
            guard let port = sweep.next else { return }
            let endpoint = Endpoint(sweep.address, port)
            let seen = try probe.run(.connect, to: endpoint, kernel: sweep.kernel, address: address)
            if seen.outcome == .reachedListener, try isAnsweredByUnseen(endpoint, sweep.kernel) {
                return sweep.takeRedirection()
            }
            sweep.take(seen.outcome)
            guard seen.outcome != .reachedListener, seen.outcome != .timedOut else { return }
        }
    }

    /// Whether no socket listens at an endpoint where another socket has just answered.
    private mutating func isAnsweredByUnseen(
        _ endpoint: Endpoint, _ kernel: KernelFacts
    ) throws(SystemCallError) -> Bool {
        guard kernel.sockets != .none else { return false }
        return try !freshHolders(of: endpoint).contains { $0.isServer && $0.conflicts }
    }
}
