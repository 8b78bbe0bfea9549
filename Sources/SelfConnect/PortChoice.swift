/// What decides which ports the kernel gives to clients, all but the port itself and the kind of client: the same for
/// all targets of an address.
public struct PortChoice: Hashable, Sendable {
    /// What connect() passes over: reserved ports, and those with a bound socket on whatever address
    /// (`__inet_hash_connect` looks at the bind bucket, not at addresses).
    public let atConnect: BlockedPorts
    /// What bind() passes over: reserved ports, and those that a socket has on an address that collides with the
    /// client's own (`inet_csk_bind_conflict`).
    public let atBind: BlockedPorts

    /// A choice as given.
    public init(atConnect: BlockedPorts, atBind: BlockedPorts) {
        self.atConnect = atConnect
        self.atBind = atBind
    }

    /// The choice in this kernel's range, with these ports passed over by everybody.
    public init(_ kernel: KernelFacts, passingOver ports: PortSet = PortSet()) {
        self.init(
            atConnect: BlockedPorts(ports, in: kernel.ephemeralRange, stepWidth: kernel.stepWidth),
            atBind: BlockedPorts(ports, in: kernel.ephemeralRange))
    }

    /// The odds that a client of a kind is given `port`, which is taken as free. A client with SO_REUSEADDR that
    /// binds first is given the lower half of the range.
    public func odds(of port: UInt16, for kind: ClientKind, reusesAddress: Bool = false) -> LoopOdds {
        LoopOdds(of: port, for: kind, among: kind == .bind ? atBind : atConnect, reusesAddress: reusesAddress)
    }
}
