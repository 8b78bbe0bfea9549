// Performs a reload. All steps that can fail come first; only then is anything changed. A failure is reported in the
// log, the status line and the metrics, and the previous configuration stays in force.

import Configuration
import Linux
import Logging
import Monitor
import Reporting
import SelfConnect
import StatusServer
import Systemd

/// Loads and applies the configuration.
struct Reload: Sendable {
    /// Reads the configuration. Blocks.
    let load: @Sendable (_ isRequired: Bool) throws(ConfigurationError) -> LoadedSettings
    let preparation: StartupPlan
    let service: ServiceState
    let probing: ProbeService
    let http: HTTPServer
    let heartbeats: Heartbeats
    let store: SnapshotStore
    let log: LogSink
    let manager: ServiceNotifier
    let logger: Logger

    /// Reads the configuration and applies it if it is valid and the claim has not been cancelled.
    func run(_ claim: ReloadClaim) {
        let outcome = outcome(claim)
        guard claim.take() else {
            if case .success(let outcome) = outcome {
                BoundListener.removeSocketFiles(outcome.boundListeners, besides: service.boundListeners)
            }
            return
        }
        switch outcome {
        case .failure(let fault): refuse(fault.lines)
        case .success(let outcome): apply(outcome)
        }
        notifyReady()
    }

    /// Reports why the previous configuration stays in force.
    func refuse(_ lines: [String]) {
        service.fail(lines.first ?? "", at: Clock.wall)
        for line in lines { logger.error("\(line)") }
        logger.error("reload failed; keeping the previous configuration")
    }

    /// Does nothing before the first pass is complete: the supervisor sends READY then.
    func notifyReady() {
        guard let snapshot = store.snapshot else { return }
        let status = StatusLine.text(snapshot, reloadFault: service.facts.reloadFault)
        manager.notify(.ready, .status(status))
    }

    private func outcome(_ claim: ReloadClaim) -> Result<StartupPlan.Outcome, LaunchError> {
        let settings: LoadedSettings
        do throws(ConfigurationError) {
            settings = try load(service.facts.configurationPath != nil)
        } catch {
            return .failure(.settings(error.lines))
        }
        let present = StartupPlan.Present(boundListeners: service.boundListeners, connections: http.connectionLimit)
        return Result { () throws(LaunchError) in
            try preparation.prepare(settings, keeping: present, for: claim)
        }
    }

    /// The probe thread comes first: it is the last step that can fail.
    private func apply(_ outcome: StartupPlan.Outcome) {
        let configuration = outcome.settings.configuration
        do throws(SystemCallError) {
            try probing.apply(configuration, targets: outcome.targets)
        } catch {
            BoundListener.removeSocketFiles(outcome.boundListeners, besides: service.boundListeners)
            refuse(["\(error)"])
            return
        }
        let (places, boundListeners) = (service.facts.listeners, service.boundListeners)
        service.apply(path: outcome.settings.path, outcome.boundListeners, at: Clock.wall)
        http.apply(outcome.server)
        // Not left to the HTTP loop: it may run only after the next reload has replaced the listeners again.
        BoundListener.removeSocketFiles(boundListeners, besides: outcome.boundListeners)
        heartbeats.apply(HealthLimits(configuration))
        log.apply(configuration.log)
        ProgramPages.release()
        logger.notice("reloaded", metadata: ["targets": "\(configuration.targets.count)"])
        if service.facts.listeners != places {
            logger.notice("listening", metadata: ["addresses": "\(BoundListener.description(outcome.boundListeners))"])
        }
    }
}
