/// What was read of the sockets that have a target's port, in one reading: parts of two do not belong together.
package struct PortSockets: Hashable, Sendable {
    /// The sockets that have the port on any address, most severe first (`SocketTable.holders(of:)`).
    package var holders: [Holder]
    /// The remote ends of the port's connections at which a socket of this host listens: the port is the client's end
    /// of these connections.
    package var listeningPeers: Set<Endpoint>
    /// The addresses on which the daemon's own guards hold the port: their sockets are not among the holders.
    package var guards: [IPAddress]
    /// Whether sockets of a family could not be read: a socket that is not visible may have the port.
    package var isIncomplete: Bool
    /// When they were read, in terms of the monotonic clock.
    package var readAt: Duration
    /// Whether self-connections were seen on the port that were reset within milliseconds.
    package var hasBriefSelfConnections = false

    /// By default no socket has the port.
    package init(
        holders: [Holder] = [], listeningPeers: Set<Endpoint> = [], guards: [IPAddress] = [],
        isIncomplete: Bool = false,
        readAt: Duration = .zero
    ) {
        self.holders = holders
        self.listeningPeers = listeningPeers
        self.guards = guards
        self.isIncomplete = isIncomplete
        self.readAt = readAt
    }
}
