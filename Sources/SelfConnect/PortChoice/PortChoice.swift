/// What decides which ports the kernel gives to clients, all but the port itself and the kind of client: the same for
/// all targets of an address.
public struct PortChoice: Hashable, Sendable {
    /// What connect() passes over: reserved ports, and those with a bound socket on whatever address
    /// (`__inet_hash_connect` looks at the bind bucket, not at addresses).
    public let atConnect: BlockedPorts
    /// What bind() passes over: reserved ports, and those that a socket has on an address that collides with the
    /// client's own (`inet_csk_bind_conflict`).
    public let atBind: BlockedPorts
    /// Whether clients with IP_LOCAL_PORT_RANGE are given ports of both parities by connect(); else they are given those
    /// that others are.
    public let rangeWalksBothParities: Bool

    /// A choice as given.
    public init(atConnect: BlockedPorts, atBind: BlockedPorts, rangeWalksBothParities: Bool = true) {
        self.atConnect = atConnect
        self.atBind = atBind
        self.rangeWalksBothParities = rangeWalksBothParities
    }

    /// The choice in this kernel's range, with these ports passed over by everybody.
    public init(_ kernel: KernelFacts, passingOver ports: PortSet = PortSet()) {
        self.init(
            atConnect: BlockedPorts(ports, in: kernel.ephemeralRange, stepWidth: kernel.stepWidth),
            atBind: BlockedPorts(ports, in: kernel.ephemeralRange),
            rangeWalksBothParities: kernel.rangeWalksBothParities ?? true)
    }

    /// The odds that a client of a kind is given `port`, which is taken as free. A client with SO_REUSEADDR that
    /// binds first is given the lower half of the range.
    public func odds(of port: UInt16, for kind: ClientKind, reusesAddress: Bool = false) -> LoopOdds {
        LoopOdds(
            of: port, for: kind == .range && !rangeWalksBothParities ? .connect : kind,
            among: kind.portChoice == .bind ? atBind : atConnect, reusesAddress: reusesAddress)
    }
}
