import Configuration
import Linux

/// A configured address with its listeners: one socket, or all sockets passed by the service manager.
struct BoundListener: Sendable {
    /// The address in the configuration.
    let address: ListenAddress
    /// What clients connect to.
    let listeners: [any Listener]

    /// Removes the socket files of listeners that are not in `kept`.
    static func removeSocketFiles(_ boundListeners: [BoundListener], besides kept: [BoundListener] = []) {
        let kept = Set(kept.flatMap(\.listeners).map { ObjectIdentifier($0) })
        for listener in boundListeners.flatMap(\.listeners) where !kept.contains(ObjectIdentifier(listener)) {
            listener.removeSocketFiles()
        }
    }

    /// The addresses of the listeners, as in the configuration.
    static func description(_ boundListeners: [BoundListener]) -> String {
        boundListeners.flatMap(\.listeners).map(\.place.description).joined(separator: " ")
    }
}
