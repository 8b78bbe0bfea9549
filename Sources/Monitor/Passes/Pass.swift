import Probing
import SelfConnect

/// A pass between two steps: the states of the namespaces, and the remaining targets.
struct Pass {
    let state: NamespaceState
    /// The states of the other namespaces that the pass has visited and whose facts it has read.
    var states: [String: NamespaceState] = [:]
    /// Targets in the daemon's own namespace, configured ones first.
    var targets: ArraySlice<Target>
    /// Targets in each of the other namespaces: first configured ones, then, once all have been visited, discovered ones, and
    /// configured ones on whose ports a visit has seen a self-connection.
    var elsewhere: ArraySlice<(namespace: String?, targets: [Target])>
    /// Other namespaces with targets that were due when it began.
    let due: Set<String>
    /// Whether all other namespaces have been visited, and what was found there is among the targets.
    var areNamespacesVisited = false

    /// Removes as many targets of the first other namespace as have been surveyed.
    mutating func finishElsewhere(_ count: Int) {
        let first = elsewhere.startIndex
        elsewhere[first].targets.removeFirst(count)
        if elsewhere[first].targets.isEmpty { elsewhere.removeFirst() }
    }
}
