/// What the host says about a target's address, found out without sending anything.
public struct AddressFacts: Hashable, Sendable {
    /// The kernel's answer about the way to the address.
    public enum Route: Hashable, Sendable {
        /// Packets to it stay on this host: its route is of type local. `source` is the address that the route picks for a
        /// client that names none; nil where it picks none.
        case own(source: IPAddress?)
        /// The kernel has named another route, or answered that there is none. No probe is sent there.
        case elsewhere(source: IPAddress?)
        /// The kernel has not answered, for this reason, a sentence fragment. No probe is sent there, and nothing follows.
        case unknown(String)
    }

    /// The answer.
    public var route: Route

    /// Facts as given.
    public init(_ route: Route) {
        self.route = route
    }

    /// The kernel's answer as given.
    public init(isOwn: Bool, routeSource: IPAddress?) {
        route = isOwn ? .own(source: routeSource) : .elsewhere(source: routeSource)
    }

    /// Whether packets to it are known to stay on this host. False forbids every probe.
    public var isOwn: Bool {
        if case .own = route { true } else { false }
    }

    /// The source address that the route picks for a client that names none; nil where there is no route.
    public var routeSource: IPAddress? {
        switch route {
        case .own(let source), .elsewhere(let source): source
        case .unknown: nil
        }
    }

    /// Why it could not be found out whether the address is the host's own, in a sentence fragment; nil: it is known.
    public var doubt: String? {
        if case .unknown(let reason) = route { reason } else { nil }
    }

    /// Whether a client of this kind that connects to `address` has it as its source address.
    public func loops(_ kind: ClientKind, to address: IPAddress) -> Bool {
        guard isOwn else { return false }
        return kind.bindsAddress || routeSource?.unmapped == address.destination
    }
}
