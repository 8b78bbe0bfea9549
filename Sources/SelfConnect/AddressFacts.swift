/// What the host says about a target's address, found out without sending anything.
public struct AddressFacts: Hashable, Sendable {
    /// Whether packets to it stay on this host (its route is of type local). False forbids every probe.
    public var isOwn: Bool
    /// The source address that the route picks for a client that names none; nil where there is no route.
    public var routeSource: IPAddress?

    /// Facts as given.
    public init(isOwn: Bool, routeSource: IPAddress?) {
        self.isOwn = isOwn
        self.routeSource = routeSource
    }

    /// Whether a client of this kind that connects to `address` has it as its source address.
    public func loops(_ kind: ClientKind, to address: IPAddress) -> Bool {
        guard isOwn else { return false }
        return kind.bindsAddress || routeSource?.unmapped == address.destination
    }
}
