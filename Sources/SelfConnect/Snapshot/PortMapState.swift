/// The state of the map.
package enum PortMapState: Sendable {
    /// Disabled: `map.interval` is 0s.
    case off
    /// The first sweep is not complete.
    case awaited
    /// The map of the last sweep.
    case taken(PortMap)

    /// The map, if there is one.
    package var map: PortMap? {
        if case .taken(let map) = self { map } else { nil }
    }
}
