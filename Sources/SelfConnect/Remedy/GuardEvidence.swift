// What a guard keeps from a port. It is a socket like any that is bound: the kernel passes the port over for connect(), on
// every address, and refuses bind() where the addresses collide. A server that sets SO_REUSEADDR binds beside it.

extension Evidence {
    /// Whether the daemon's own guard keeps clients of this kind from the port.
    func isGuarded(from kind: ClientKind) -> Bool {
        sockets.guards.contains { kind.portChoice != .bind || $0.unmapped == endpoint.address.destination }
    }

    /// Whether it keeps every configured kind that could connect to itself from it, and there is one.
    var isGuarded: Bool {
        guard !sockets.guards.isEmpty, mayLoopSomehow else { return false }
        let kinds = possibleClients.filter { address.loops($0, to: endpoint.address) }
        return !kinds.isEmpty && kinds.allSatisfy { isGuarded(from: $0) }
    }
}
