/// What the host says about a target's address, found out without sending anything.
public struct AddressFacts: Hashable, Sendable {
    /// Whether packets to it stay on this host (its route is of type local). False forbids every probe.
    public var isOwn: Bool
    /// The source address that the route picks for a client that names none; nil where there is no route.
    public var routeSource: IPAddress?

    /// Why it could not be found out whether the address is the host's own, in a sentence fragment; nil: it is known.
    /// In doubt it counts as foreign.
    public var doubt: String?

    /// Facts as given.
    public init(isOwn: Bool, routeSource: IPAddress?, doubt: String? = nil) {
        self.isOwn = isOwn
        self.routeSource = routeSource
        self.doubt = doubt
    }

    /// Whether a client of this kind that connects to `address` has it as its source address.
    public func loops(_ kind: ClientKind, to address: IPAddress) -> Bool {
        guard isOwn else { return false }
        return kind.bindsAddress || routeSource?.unmapped == address.destination
    }
}
