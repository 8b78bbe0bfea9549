/// What determines the ports that the kernel gives to clients, except the port itself and the client kind: the same for
/// all targets of an address.
package struct PortChoice: Hashable, Sendable {
    /// The ports that connect() skips: reserved ports, and those with a bound socket on any address
    /// (`__inet_hash_connect` checks the bind bucket, not addresses).
    package let atConnect: BlockedPorts
    /// The ports that bind() skips: reserved ports, and those of a socket whose address conflicts with the client's own
    /// (`inet_csk_bind_conflict`).
    package let atBind: BlockedPorts
    /// Whether clients with IP_LOCAL_PORT_RANGE get ports of both parities at connect(); otherwise they get the same as
    /// other clients.
    package let rangeWalksBothParities: Bool

    /// Memberwise initializer.
    package init(atConnect: BlockedPorts, atBind: BlockedPorts, rangeWalksBothParities: Bool = true) {
        self.atConnect = atConnect
        self.atBind = atBind
        self.rangeWalksBothParities = rangeWalksBothParities
    }

    /// The choice in this kernel's range if all clients skip these ports.
    package init(_ kernel: KernelFacts, passingOver ports: PortSet = PortSet()) {
        self.init(
            atConnect: BlockedPorts(ports, in: kernel.ephemeralRange, stepWidth: kernel.stepWidth),
            atBind: BlockedPorts(ports, in: kernel.ephemeralRange),
            rangeWalksBothParities: kernel.rangeWalksBothParities ?? true)
    }

    /// The odds that a client of a kind gets `port`, which counts as free. A client with SO_REUSEADDR that binds first
    /// gets the lower half of the range.
    package func odds(of port: UInt16, for kind: ClientKind, reusesAddress: Bool = false) -> LoopOdds {
        LoopOdds(
            of: port, for: kind.preference == .none && !rangeWalksBothParities ? .connect : kind,
            among: kind.portChoice == .bind ? atBind : atConnect, reusesAddress: reusesAddress)
    }
}
