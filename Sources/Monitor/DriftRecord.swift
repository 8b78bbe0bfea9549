import SelfConnect

/// What has changed of the choice of ports, in the daemon's own network namespace and in others.
struct DriftRecord {
    /// In the daemon's own; nil before the first pass.
    private(set) var own: Drift?
    /// In others, by their names.
    private var others: [String: Drift] = [:]

    /// Takes note of the facts of a namespace, nil for the daemon's own.
    ///
    /// - Returns: what has changed since the last time, a sentence fragment; nil if nothing has.
    mutating func take(_ facts: KernelFacts, in namespace: String?, at time: Timestamp) -> String? {
        guard let namespace else {
            guard own != nil else {
                own = Drift(facts)
                return nil
            }
            return own?.take(facts, at: time)
        }
        guard others[namespace] != nil else {
            others[namespace] = Drift(facts)
            return nil
        }
        return others[namespace]?.take(facts, at: time)
    }

    /// Forgets these namespaces.
    mutating func forget(_ namespaces: Set<String>) {
        for namespace in namespaces { others[namespace] = nil }
    }

    /// Forgets the other namespaces but these.
    mutating func keep(_ namespaces: Set<String>) {
        others = others.filter { namespaces.contains($0.key) }
    }
}
