/// The host's facts about a target's address, determined without sending anything.
package struct AddressFacts: Hashable, Sendable {
    /// The kernel's route to the address.
    package enum Route: Hashable, Sendable {
        /// Packets to it stay on this host: its route has type local. `source` is the source address that the route
        /// selects if the client specifies none; nil if it selects none.
        case own(source: IPAddress?)
        /// The kernel returned another route, or reported that there is none. No probe is sent.
        case elsewhere(source: IPAddress?)
        /// The kernel did not answer, for this reason, a sentence fragment. No probe is sent, and no conclusion is
        /// drawn.
        case unknown(String)
    }

    /// The answer.
    package var route: Route

    /// Memberwise initializer.
    package init(_ route: Route) {
        self.route = route
    }

    /// A known route.
    package init(isOwn: Bool, routeSource: IPAddress?) {
        route = isOwn ? .own(source: routeSource) : .elsewhere(source: routeSource)
    }

    /// Whether packets to it are known to stay on this host. If false, no probe is sent.
    package var isOwn: Bool {
        if case .own = route { true } else { false }
    }

    /// The source address that the route selects if the client specifies none; nil without a route.
    package var routeSource: IPAddress? {
        switch route {
        case .own(let source), .elsewhere(let source): source
        case .unknown: nil
        }
    }

    /// Why it is unknown whether the address is local, a sentence fragment; nil if it is known.
    package var doubt: String? {
        if case .unknown(let reason) = route { reason } else { nil }
    }

    /// Whether a client of this kind that connects to `address` has this address as its source.
    package func loops(_ kind: ClientKind, to address: IPAddress) -> Bool {
        guard isOwn else { return false }
        return kind.bindsAddress || routeSource?.unmapped == address.destination
    }
}
