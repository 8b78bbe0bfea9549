import SelfConnect

/// Detects changes of the kernel facts, in the daemon's own network namespace and in others.
struct DriftRecord {
    /// The drift of the daemon's namespace; nil before the first pass.
    private(set) var own: Drift?
    /// The drift of other namespaces, by name.
    private var others: [String: Drift] = [:]

    /// Records the facts of a namespace, nil for the daemon's own.
    ///
    /// - Returns: the change since the last call, as a sentence fragment; nil without a change.
    mutating func record(_ facts: KernelFacts, in namespace: String?, at time: Timestamp) -> String? {
        guard let namespace else {
            guard own != nil else {
                own = Drift(facts)
                return nil
            }
            return own?.record(facts, at: time)
        }
        guard others[namespace] != nil else {
            others[namespace] = Drift(facts)
            return nil
        }
        return others[namespace]?.record(facts, at: time)
    }

    /// Forgets these namespaces.
    mutating func forget(_ namespaces: Set<String>) {
        for namespace in namespaces { others[namespace] = nil }
    }

    /// Removes the other namespaces except these.
    mutating func keep(_ namespaces: Set<String>) {
        others = others.filter { namespaces.contains($0.key) }
    }
}
