package import Linux
package import SelfConnect

/// Where guards outlive the daemon: the descriptor store of the service manager. Called on the probe thread; must not block.
package protocol GuardStore: Sendable {
    /// Hands a guard over; whether that was done, or there is no store.
    func keep(_ socket: GuardSocket) -> Bool
    /// Has the guard of an endpoint closed; whether that was requested, or there is no store.
    func drop(_ endpoint: Endpoint) -> Bool
}
