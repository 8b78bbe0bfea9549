import Configuration
import Linux
import Probing
import Reporting
import SelfConnect

/// Examines network namespaces one after another: configured and named endpoints, listeners and self-connections.
struct ScanSession: ~Copyable {
    /// What is worth showing.
    private(set) var watched: [WatchedTarget] = []
    /// The configured targets that are not: whether clients can connect to themselves on them is not shown.
    private(set) var omitted: [Target] = []
    /// The ports at which stolen ones were looked for.
    private(set) var examinedPorts: Set<UInt16> = []
    /// How many namespaces were examined.
    private(set) var places = 0
    /// The kernel's facts in the first of them.
    private(set) var kernel: KernelFacts?
    /// The lasting remedies, which are determined afterwards.
    var remedies = LastingRemedies([])
    /// Whether a namespace could not be examined.
    private(set) var hasFailed = false

    private let configured: [Target]
    private let named: [Endpoint]
    private var surveys: NamespaceSurveys

    init(_ settings: Configuration, named: [Endpoint]) throws(SystemCallError) {
        let addresses = settings.hostWideTargets.isEmpty ? [] : try HostAddresses.current()
        let surveys = try NamespaceSurveys(timeout: settings.probe.timeout, identity: .ofCommand, isOneShot: true)
        configured = settings.targets + settings.hostWideTargets.flatMap { $0.targets(on: addresses) }
        self.named = named
        self.surveys = surveys
    }

    /// Examines these namespaces. An error in another than the own one is reported, and the others are examined.
    mutating func scan(_ selection: NamespaceSelection) throws(SystemCallError) {
        let namespaces = SelectedNamespaces(selection, of: configured, for: &surveys)
        for fault in namespaces.faults { report(fault) }
        surveys.beginPass()
        for namespace in namespaces.names {
            do throws(SystemCallError) {
                try scan(namespace)
            } catch {
                guard let namespace, !error.isResourceExhaustion else { throw error }
                guard selection != .all || !surveys.isMissing(namespace, after: error) else { continue }
                report(error.fault(in: namespace))
                // Without the privilege, it cannot be done in any other either.
                guard !error.isMissingNamespacePrivilege else { return }
            }
        }
    }

    private mutating func report(_ fault: String) {
        hasFailed = true
        CommandFault.print(["\(fault)"])
    }

    private mutating func scan(_ namespace: String?) throws(SystemCallError) {
        let configured = configured.filter { $0.namespace == namespace }
        let known = Set(configured.map(\.endpoint))
        let candidates =
            configured
            + named.filter { !known.contains($0) }.map { Target(endpoint: $0, namespace: namespace) }
        let named = Set(named)
        let (kernel, found) = try surveys.visit(namespace) { survey, _ throws(SystemCallError) in
            let state =
                if namespace == nil {
                    try survey.readState()
                } else {
                    try survey.readBriefState(of: candidates.map(\.endpoint), admitsWalk: true).state
                }
            var found: [WatchedTarget] = []
            for target in candidates {
                let finding = try survey.survey(target, in: state)
                let isNamed = named.contains(target.endpoint)
                if isNamed || finding.assessment.verdict == .stolen { found.append(WatchedTarget(finding)) }
            }
            let census = SocketCensus(state.sockets, in: state.kernel.ephemeralRange)
            for target in Self.targets(of: census, in: namespace, besides: found.map(\.target.endpoint)) {
                found.append(WatchedTarget(try survey.survey(target, in: state)))
            }
            return (state.kernel, found)
        }
        watched += found
        let shown = Set(found.map(\.target.endpoint))
        omitted += configured.filter { !shown.contains($0.endpoint) }
        places += 1
        examinedPorts.formUnion(candidates.map(\.endpoint.port))
        self.kernel = self.kernel ?? kernel
    }

    /// The targets of a census, each endpoint once.
    private static func targets(
        of census: SocketCensus, in namespace: String?, besides known: [Endpoint]
    ) -> [Target] {
        var found: [Target] = []
        var endpoints = Set(known)
        for holder in census.selfConnections + census.unconfirmed + census.listeners {
            for endpoint in SocketCensus.endpoints(of: holder.socket) where endpoints.insert(endpoint).inserted {
                found.append(Target(endpoint: endpoint, source: .discovered, namespace: namespace))
            }
        }
        return found
    }
}
