/// What is remembered of the listeners on a target's port from one survey to the next: it still counts when the listener has
/// gone.
package struct ListenerMemory: Hashable, Sendable {
    /// Whether an earlier survey has seen a listener on the port.
    package var hadListener = false
    /// Whether the last listener that was seen on the port set SO_REUSEADDR; nil: not known.
    package var reusesAddress: Bool?

    /// What is remembered after the last survey, of which `previous` is the evidence; nil: there was none.
    package init(after previous: Evidence? = nil) {
        guard let previous else { return }
        hadListener = previous.memory.hadListener || previous.hasServer
        reusesAddress = previous.memory.reusesAddress
    }

    /// Remembers the options of a listener among the holders of the port.
    package mutating func record(_ holders: [Holder]) {
        guard let listener = holders.first(where: { $0.state == .listening }) else { return }
        reusesAddress = listener.reusesAddress ?? reusesAddress
    }
}
