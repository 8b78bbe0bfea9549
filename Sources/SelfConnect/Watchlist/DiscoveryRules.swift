/// Which listeners in the ephemeral range become targets, and how long these are watched after the listener has gone.
package struct DiscoveryRules: Hashable, Sendable {
    /// How long a target is watched after its listener has gone, if the listener was there for `minimumAge` or came back.
    package var keep: Duration
    /// Targets whose listener was seen for less are watched no longer than the listener is there; zero: none are.
    package var minimumAge: Duration
    /// Ports whose listeners do not become targets.
    package var excluded: PortSet
    /// How many discovered targets there are at most.
    package var limit: Int

    /// Rules as given.
    package init(
        keep: Duration, minimumAge: Duration = .zero, excluding excluded: PortSet = PortSet(),
        limit: Int = Watchlist.maximumDiscoveries
    ) {
        self.keep = keep
        self.minimumAge = minimumAge
        self.excluded = excluded
        self.limit = limit
    }

    /// The endpoints at which clients would look for these listeners, except those whose ports are excluded.
    func endpoints(of listeners: [Holder]) -> [(id: Target.ID, listener: Holder)] {
        listeners.lazy.filter { !excluded.contains($0.socket.local.port) }.flatMap { listener in
            SocketCensus.endpoints(of: listener.socket).map { (Target.ID($0, in: listener.namespace), listener) }
        }
    }
}
