package import Linux
package import SelfConnect

/// The guards that this process holds in the surveyed namespace, by the inodes of their sockets.
package struct OwnGuards: Hashable, Sendable {
    private var endpoints: [UInt32: Endpoint] = [:]

    /// Guards by their inode.
    package init(_ endpoints: [UInt32: Endpoint] = [:]) {
        self.endpoints = endpoints
    }

    /// Adds a guard.
    package mutating func insert(_ socket: GuardSocket) { endpoints[socket.inode] = socket.endpoint }

    /// Removes a guard.
    package mutating func remove(_ socket: GuardSocket) { endpoints[socket.inode] = nil }

    /// Whether there are no guards.
    package var isEmpty: Bool { endpoints.isEmpty }

    /// The inodes of the guards.
    package var inodes: Set<UInt32> { Set(endpoints.keys) }

    /// The addresses on which guards hold a port, sorted.
    package func addresses(on port: UInt16) -> [IPAddress] {
        guard !endpoints.isEmpty else { return [] }
        return endpoints.values.lazy.filter { $0.port == port }.map(\.address).sorted()
    }

    /// The holders that are not guards of this process.
    func others(_ holders: [Holder]) -> [Holder] {
        guard !endpoints.isEmpty else { return holders }
        return holders.filter { endpoints[$0.socket.inode] == nil }
    }
}
