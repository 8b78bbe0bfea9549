import Configuration
import Linux

/// An address of the settings with what listens there: one socket, or all that the service manager has passed.
struct BoundListener: Sendable {
    /// As the settings name it.
    let address: ListenAddress
    /// What clients connect to.
    let listeners: [any Listener]

    /// Takes away what those would leave on the host that are not among `kept`.
    static func removeSocketFiles(_ openings: [BoundListener], besides kept: [BoundListener] = []) {
        let kept = Set(kept.flatMap(\.listeners).map { ObjectIdentifier($0) })
        for listener in openings.flatMap(\.listeners) where !kept.contains(ObjectIdentifier(listener)) {
            listener.removeSocketFiles()
        }
    }

    /// Where they can be reached, as the settings write it.
    static func description(_ openings: [BoundListener]) -> String {
        openings.flatMap(\.listeners).map(\.place.description).joined(separator: " ")
    }
}
