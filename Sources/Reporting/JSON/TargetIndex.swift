// Clients choose the names and endpoints to look up: with thousands of targets, a linear search per request would delay
// other clients.

package import SelfConnect

/// The targets of a snapshot, by name and by endpoint.
package struct TargetIndex: Sendable {
    private let targets: [WatchedTarget]
    /// What the documents of the targets share.
    let context: TargetContext
    /// Indices of the targets, in their order.
    private var byName: [String: [Int]] = [:]
    /// Indices by unmapped endpoint.
    private var byEndpoint: [Endpoint: [Int]] = [:]

    /// An index of these targets.
    package init(_ targets: [WatchedTarget], _ context: TargetContext) {
        self.targets = targets
        self.context = context
        for (index, watched) in targets.enumerated() {
            byName[watched.target.name, default: []].append(index)
            byEndpoint[watched.target.id.endpoint, default: []].append(index)
        }
    }

    /// The targets with this name, in their order.
    func named(_ name: String) -> some Collection<WatchedTarget> {
        (byName[name] ?? []).lazy.map { targets[$0] }
    }

    /// The targets with this endpoint, mapped or not, in their order: one per network namespace.
    func at(_ endpoint: Endpoint) -> [WatchedTarget] {
        (byEndpoint[endpoint.unmapped] ?? []).map { targets[$0] }
    }

    /// The target of a name or an endpoint; nil if there is none. If several have it, the most severe one.
    ///
    /// - Parameter namespace: restricts the search to this network namespace.
    package func target(_ name: String, in namespace: String? = nil) -> WatchedTarget? {
        func isWanted(_ watched: WatchedTarget) -> Bool { namespace == nil || watched.target.namespace == namespace }
        let byEndpoint = ((try? Endpoint(name)).map { at($0) } ?? []).filter(isWanted)
        let found = byEndpoint.isEmpty ? named(name).filter(isWanted) : byEndpoint
        return found.min { $0.finding.assessment.verdict.rank < $1.finding.assessment.verdict.rank }
    }

    /// The other targets with the name of this one.
    package func namesakes(of target: Target) -> [Target] {
        named(target.name).map(\.target).filter { $0.id != target.id }
    }
}
