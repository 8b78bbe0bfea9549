// What advice is about: the configured targets, the daemon's own ports, and listeners that are there now.

import Configuration
import Daemon
import Linux
import Probing
import Reporting
import SelfConnect

/// Surveys the targets that advice is given for.
enum AdviceSurvey {
    /// The advice for each namespace, the host's own first.
    static func advices(_ settings: Configuration) throws(SystemCallError) -> [Advice] {
        var surveys = try NamespaceSurveys(timeout: settings.probe.timeout)
        let targets = try targets(settings, &surveys)
        let advices = (try surveys.pass(over: targets) ?? []).map {
            Advice($0.findings, kernel: $0.kernel, namespace: $0.namespace)
        }
        guard !advices.contains(where: { $0.namespace == nil }) else { return advices }
        // The host's reserved ports belong into the file also if none of its own are watched.
        var survey = try Survey(timeout: settings.probe.timeout)
        return [Advice([], kernel: try survey.scene().kernel, namespace: nil)] + advices
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
        let all = try surveys.portsToReserve(try targets(settings, &surveys))
        remedies[nil] = LastingRemedy(reserving: own.needed.union(all), on: own.kernel)
        return remedies
    }

    private static func targets(
        _ settings: Configuration, _ surveys: inout NamespaceSurveys
    ) throws(SystemCallError) -> [Target] {
        let addresses = settings.hostWideTargets.isEmpty ? [] : try HostAddresses.current()
        let own = settings.listen.compactMap { listener -> Target? in
            guard case .tcp(let endpoint) = listener.value else { return nil }
            return Target(name: Version.name, endpoint: endpoint, source: .own, server: .exact)
        }
        let configured = settings.targets + settings.hostWideTargets.flatMap { $0.targets(on: addresses) } + own
        let excluded = settings.discover.rules.excluded
        let discovered = settings.discover.listeners ? try surveys.listeners() : []
        return unique(configured + discovered.filter { !excluded.contains($0.endpoint.port) })
    }

    private static func unique(_ targets: [Target]) -> [Target] {
        var known = Set<Target.ID>()
        return targets.filter { known.insert($0.id).inserted }
    }
}
