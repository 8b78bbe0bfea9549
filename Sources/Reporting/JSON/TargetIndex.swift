// Names and endpoints to look for are a client's choice: with thousands of targets, to look at each of them for every
// request would be a way to keep others waiting.

package import SelfConnect

/// The targets of a snapshot, by name and by endpoint.
package struct TargetIndex: Sendable {
    private let targets: [WatchedTarget]
    /// What their documents say about the time to a self-connection rests on it.
    let failedConnects: FailedConnects
    /// Places among the targets, in their order.
    private var byName: [String: [Int]] = [:]
    /// The same, by the unmapped endpoint.
    private var byEndpoint: [Endpoint: [Int]] = [:]

    /// An index of these targets.
    package init(_ targets: [WatchedTarget], _ failedConnects: FailedConnects = FailedConnects()) {
        self.targets = targets
        self.failedConnects = failedConnects
        for (index, watched) in targets.enumerated() {
            byName[watched.target.name, default: []].append(index)
            byEndpoint[watched.target.id.endpoint, default: []].append(index)
        }
    }

    /// Those with this name, in their order.
    func named(_ name: String) -> some Collection<WatchedTarget> {
        (byName[name] ?? []).lazy.map { targets[$0] }
    }

    /// Those with this endpoint, mapped or not, in their order: one in each network namespace.
    func at(_ endpoint: Endpoint) -> [WatchedTarget] {
        (byEndpoint[endpoint.unmapped] ?? []).map { targets[$0] }
    }
}
