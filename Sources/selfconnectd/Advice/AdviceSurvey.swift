// What advice is about: the configured targets, the daemon's own ports, and listeners that are there now.

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

    /// Surveys the configured targets of these namespaces, and the listeners that are there if they are to be discovered.
    init(_ settings: Configuration, in selection: NamespaceSelection) throws(SystemCallError) {
        var surveys = try NamespaceSurveys(timeout: settings.probe.timeout)
        let configured = try Self.configured(settings)
        let selected = SelectedNamespaces(selection, of: configured, for: &surveys)
        faults = selected.faults
        surveys.beginPass()
        var targets = configured.filter { selected.names.contains($0.namespace) }
        var kernels: [String?: KernelFacts] = [:]
        for name in selected.names {
            do throws(SystemCallError) {
                let (kernel, listeners) = try surveys.listeners(in: name)
                kernels[name] = kernel
                targets += Self.discovered(listeners, settings)
            } catch {
                guard let name, !error.isResourceExhaustion else { throw error }
                // Each configured target has the reason, and nothing else was asked for. Of all, some go meanwhile.
                guard selection != .configured, selection != .all || !surveys.isMissing(name, after: error) else { continue }
                faults.append(error.fault(in: name))
                // Without the privilege, it cannot be done in any other either.
                if error.isMissingNamespacePrivilege { break }
            }
        }
        let passes = try surveys.pass(over: Self.unique(targets)) ?? []
        let findings = Dictionary(passes.map { ($0.namespace, $0) }) { first, _ in first }
        for name in selected.names where findings[name] != nil || kernels[name] != nil {
            let kernel = findings[name].map(\.kernel) ?? kernels[name]
            let advice = Advice(findings[name]?.findings ?? [], kernel: kernel, namespace: name)
            // Most of a host's namespaces need nothing: they would hide the others.
            if selection != .all || name == nil || !advice.items.isEmpty { advices.append(advice) }
        }
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
        let listeners = try settings.discover.listeners ? surveys.listeners().targets : []
        let all = try surveys.portsToReserve(try configured(settings) + discovered(listeners, settings))
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

    private static func discovered(_ listeners: [Target], _ settings: Configuration) -> [Target] {
        guard settings.discover.listeners else { return [] }
        return listeners.filter { !settings.discover.rules.excluded.contains($0.endpoint.port) }
    }

    private static func unique(_ targets: [Target]) -> [Target] {
        var known = Set<Target.ID>()
        return targets.filter { known.insert($0.id).inserted }
    }
}
