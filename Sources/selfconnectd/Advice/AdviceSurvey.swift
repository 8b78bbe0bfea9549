// What advice is about: the configured targets, the daemon's own ports, the ports that the command line names, and the
// listeners and self-connections that are there now.

import Configuration
import Daemon
import Linux
import Probing
import Reporting
import SelfConnect

/// Surveys the targets that advice is given for.
struct AdviceSurvey {
    /// The advice for each namespace, the host's own first.
    private(set) var advices: [Advice] = []
    /// What could not be examined, line by line.
    private(set) var faults: [String]
    /// Why named endpoints are refused, line by line.
    private(set) var foreign: [String] = []
    /// Named ports that need no reservation, in a line.
    private(set) var notes: [String] = []

    /// Surveys the configured targets of these namespaces, the self-connections that are there, the listeners if they are to
    /// be discovered, and the endpoints that the command line names, in the selected namespace or the host's own.
    init(
        _ settings: Configuration, naming named: [Endpoint], in selection: NamespaceSelection
    ) throws(SystemCallError) {
        var surveys = try NamespaceSurveys(timeout: settings.probe.timeout, identity: .ofCommand, isOneShot: true)
        let place: String? = if case .one(let name) = selection { name } else { nil }
        let configured =
            try Self.configured(settings)
            + named.map { Target(endpoint: $0, namespace: place) }
        let selected = SelectedNamespaces(selection, of: configured, for: &surveys)
        faults = selected.faults
        surveys.beginPass()
        var isForbidden = false
        for name in selected.names {
            let targets = Self.unique(configured.filter { $0.namespace == name })
            // Without the privilege, no other namespace can be entered either, but each configured target has the reason.
            guard !isForbidden || !targets.isEmpty else { continue }
            let pass = try surveys.pass(over: targets, in: name, discovers: { Self.isDiscovered($0, settings) })
            if name == place { judge(pass, Set(named)) }
            if !pass.findings.isEmpty || pass.kernel != nil {
                let advice = Advice(pass.findings, kernel: pass.kernel, namespace: name)
                // Most of a host's namespaces need nothing: they would hide the others.
                if selection != .all || name == nil || !advice.items.isEmpty { advices.append(advice) }
            }
            guard let name, let fault = pass.fault, !isForbidden else { continue }
            isForbidden = fault.isMissingNamespacePrivilege
            // Each configured target has the reason, and nothing else was asked for. Of all, some go meanwhile.
            guard selection != .configured, selection != .all || !surveys.isMissing(name, after: fault) else {
                continue
            }
            faults.append(fault.fault(in: name))
        }
    }

    /// Notes which of the named endpoints the kernel of this host gives to no client anyway.
    private mutating func judge(_ pass: NamespacePass, _ named: Set<Endpoint>) {
        guard let range = pass.kernel?.ephemeralRange else { return }
        let findings = pass.findings.filter { named.contains($0.target.endpoint) && $0.evidence.hindrance == nil }
        let own = Set(findings.filter(\.evidence.address.isOwn).map(\.target.endpoint.port))
        // A port is reserved for all addresses: it is enough that one of them is the host's own.
        let addresses = findings.map(\.target.endpoint).filter { !own.contains($0.port) }.map(\.address)
        foreign = Set(addresses).sorted().map { "\($0) is not an address of this host: its ports are reserved there" }
        let outside = PortSet(ports: findings.filter { !$0.evidence.isInRange }.map(\.target.endpoint.port))
        guard !outside.isEmpty else { return }
        let ports = outside.count == 1 ? "port \(outside) needs" : "the ports \(outside) need"
        notes = ["\(ports) no reservation: outside the ephemeral range \(range), the kernel gives no port to clients"]
    }

    /// The lasting remedies for targets that a command has probed: in the host's own namespace with the ports of all targets
    /// that advice is about, so that it is the same line wherever it is shown.
    static func remedies(
        for watched: [WatchedTarget], config: String? = nil
    ) throws(SystemCallError) -> LastingRemedies {
        var remedies = LastingRemedies(watched.lazy.map(\.finding))
        guard let own = remedies[nil], !own.needed.isEmpty else { return remedies }
        var surveys = try NamespaceSurveys(timeout: .milliseconds(250))
        // A file that cannot be read is for the daemon to complain of.
        let source = SettingsSource(named: config, defaultPath: Run.defaultPath)
        let settings = (try? source.load().configuration) ?? Configuration()
        let discovered = try surveys.discovered { isDiscovered($0, settings) }
        let all = try surveys.portsToReserve(try configured(settings) + discovered)
        remedies[nil] = LastingRemedy(reserving: own.needed.union(all), on: own.kernel)
        return remedies
    }

    private static func configured(_ settings: Configuration) throws(SystemCallError) -> [Target] {
        let addresses = settings.hostWideTargets.isEmpty ? [] : try HostAddresses.current()
        let own = settings.listen.compactMap { listener -> Target? in
            guard case .tcp(let endpoint) = listener.value else { return nil }
            return Target(name: Version.name, endpoint: endpoint, source: .own, server: .exact)
        }
        return settings.targets + settings.hostWideTargets.flatMap { $0.targets(on: addresses) } + own
    }

    private static func isDiscovered(_ listener: Target, _ settings: Configuration) -> Bool {
        settings.discover.listeners && !settings.discover.rules.excluded.contains(listener.endpoint.port)
    }

    private static func unique(_ targets: [Target]) -> [Target] {
        var known = Set<Target.ID>()
        return targets.filter { known.insert($0.id).inserted }
    }
}
