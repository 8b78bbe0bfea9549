import Configuration
import Linux
import Probing
import SelfConnect

/// What is known of the network namespaces of the host besides the daemon's own, and what a pass has still to visit. Nothing
/// unless all of them are watched.
struct NamespaceWatch {
    private let makeHost: @Sendable () -> HostNamespaces
    private var host: HostNamespaces
    private var plan = NamespacePlan(every: .zero)
    /// The reports, by the name of the namespace.
    private(set) var reports: [String: NamespaceReport] = [:]
    /// Where each namespace is found, by its name.
    private(set) var places: [String: NamespacePlace] = [:]
    /// The namespaces that this pass has not visited yet.
    private var unvisited: ArraySlice<String> = []
    /// Endpoints of each namespace whose self-connections are looked for.
    private var endpoints: [String: Set<Endpoint>] = [:]
    private(set) var hindrances: Set<NamespaceNotices.Hindrance> = []

    /// Nothing is watched before the first pass; `makeHost` finds the namespaces.
    init(_ makeHost: @escaping @Sendable () -> HostNamespaces = { HostNamespaces() }) {
        self.makeHost = makeHost
        host = makeHost()
    }

    /// Watches no namespaces any more.
    ///
    /// - Returns: the names of those that were watched.
    mutating func stop() -> [String] {
        defer { self = NamespaceWatch(makeHost) }
        return all.compactMap(\.name)
    }

    /// Begins a pass over the namespaces that there are now.
    ///
    /// - Returns: the names of those that have gone.
    mutating func begin(_ targets: [Target], every interval: Duration) -> [String] {
        plan.interval = interval
        let gone = host.refresh()
        plan.forget(gone)
        for name in gone { reports[name] = nil }
        for entry in host.entries where reports[entry.label.text] == nil {
            reports[entry.label.text] = NamespaceReport(entry.label, inode: entry.place.inode)
        }
        places = Dictionary(host.entries.map { ($0.label.text, $0.place) }) { first, _ in first }
        unvisited = plan.begin(host.entries.map(\.label.text))[...]
        endpoints = targets.reduce(into: [:]) { endpoints, target in
            if let namespace = target.namespace { endpoints[namespace, default: []].insert(target.endpoint.unmapped) }
        }
        hindrances = []
        if host.hiddenProcesses > 0 { hindrances.insert(.hiddenProcesses) }
        if host.isTruncated { hindrances.insert(.limit) }
        return gone
    }

    /// Whether this pass has visited all of them.
    var isVisited: Bool { unvisited.isEmpty }

    /// The next visit of this pass, which is taken off the list; nil if all have been made.
    ///
    /// - Parameter needsFacts: whether a verdict needs the facts of a namespace.
    mutating func takeVisit(
        _ rules: Configuration.Discovery, at now: Duration, needsFacts: (String) -> Bool
    ) -> NamespaceVisitRequest? {
        while let name = unvisited.popFirst() {
            guard let place = places[name] else { continue }
            return NamespaceVisitRequest(
                namespace: name, place: place, suspects: suspects(in: name),
                admitsWalk: rules.connections && plan.admitsWalk(in: name, at: now),
                knownFacts: needsFacts(name) ? nil : facts(of: name, at: now),
                listenerLimit: NamespacePlan.listenerLimit(of: rules.limit))
        }
        return nil
    }

    /// The endpoints at which a visit looks for self-connections.
    private func suspects(in namespace: String) -> Set<Endpoint> {
        let known = reports[namespace]?.census.selfConnections.map(\.socket.local.unmapped) ?? []
        return (endpoints[namespace] ?? []).union(known)
    }

    /// The facts of a namespace if they are recent enough; nil if a visit must read them.
    private func facts(of namespace: String, at now: Duration) -> KernelFacts? {
        plan.wantsFacts(of: namespace, at: now) ? nil : reports[namespace]?.kernel
    }

    /// Records a successful visit.
    mutating func record(_ visit: NamespaceVisit, of namespace: String, at now: Duration, _ wall: Timestamp) {
        let brief = visit.brief
        plan.finish(
            namespace, hasReadFacts: brief.hasReadFacts, isWhole: brief.isWhole, hasWalked: brief.hasWalked, at: now)
        guard var report = reports[namespace] else { return }
        report.kernel = brief.state.kernel
        report.census = visit.census
        report.omittedListeners = visit.omittedListeners
        (report.visited, report.cost, report.fault) = (wall, visit.cost, nil)
        if brief.isWhole { report.connectionsSeen = wall }
        reports[namespace] = report
    }

    /// Records a failed visit. If it was not permitted, no other visit is: the pass makes no more.
    mutating func fail(_ namespace: String, because error: SystemCallError) {
        reports[namespace]?.fault = "\(error)"
        guard error.isMissingNamespacePrivilege else { return }
        hindrances.insert(.entry(error.name))
        unvisited = []
    }

    /// Another namespace was found under this name: the next pass labels it again.
    mutating func replace(_ namespace: String) {
        host.forget(namespace)
        reports[namespace] = nil
        plan.forget([namespace])
    }

    /// The reports, by name.
    var all: [NamespaceReport] { reports.values.sorted { $0.label.text < $1.label.text } }
}
