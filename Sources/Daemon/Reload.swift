// What a reload does. Everything that can fail is done first; only then is anything changed. A failure is reported in the
// log, the status line and the metrics, and the previous configuration stays in force.

import Linux
import Logging
import Reporting
import Settings
import Systemd

/// Takes over what the settings have become.
struct Reload: Sendable {
    /// Reads the settings; blocks for as long as that takes.
    let load: @Sendable (_ isRequired: Bool) throws(SettingsFault) -> LoadedSettings
    let preparation: Preparation
    let service: CurrentService
    let probing: ProbeService
    let http: StatusServer
    let progress: Progress
    let board: Board
    let log: LogSink
    let manager: ServiceManager
    let logger: Logger

    /// Reads the settings again, and takes them over if nothing is wrong with them and the claim has not been given up.
    func run(_ claim: ReloadClaim) {
        let outcome = outcome(claim)
        guard claim.take() else {
            if case .success(let outcome) = outcome { Opening.withdraw(outcome.openings, besides: service.openings) }
            return
        }
        switch outcome {
        case .failure(let fault): refuse(fault.lines)
        case .success(let outcome): take(outcome)
        }
        tellReady()
    }

    /// Reports why the previous configuration stays in force.
    func refuse(_ lines: [String]) {
        service.fail(lines.first ?? "", at: Clock.wall)
        for line in lines { logger.error("\(line)") }
        logger.error("not reloaded: the settings stay as they were")
    }

    /// Before the first pass is complete, it is for that to say.
    func tellReady() {
        guard let snapshot = board.snapshot else { return }
        let status = StatusLine.text(snapshot, reloadFault: service.facts.reloadFault, now: Clock.wall)
        manager.tell(.ready, .status(status))
    }

    private func outcome(_ claim: ReloadClaim) -> Result<Preparation.Outcome, LaunchFault> {
        let settings: LoadedSettings
        do throws(SettingsFault) {
            settings = try load(service.facts.configurationPath != nil)
        } catch {
            return .failure(.settings(error.lines))
        }
        let present = Preparation.Present(openings: service.openings, connections: http.connectionLimit)
        return Result { () throws(LaunchFault) in
            try preparation.prepare(settings, keeping: present, for: claim)
        }
    }

    /// The probe thread comes first: it alone can still refuse.
    private func take(_ outcome: Preparation.Outcome) {
        let configuration = outcome.settings.configuration
        do throws(SystemCallError) {
            try probing.adopt(configuration, targets: outcome.targets)
        } catch {
            Opening.withdraw(outcome.openings, besides: service.openings)
            refuse(["\(error)"])
            return
        }
        let (places, openings) = (service.facts.listeners, service.openings)
        service.adopt(path: outcome.settings.path, outcome.openings, at: Clock.wall)
        http.adopt(outcome.terms)
        // Here, because the HTTP loop does not come to know what the next reload drops before it has woken up.
        Opening.withdraw(openings, besides: outcome.openings)
        progress.setPatience(Progress.patience(configuration))
        progress.setBound(Progress.bound(configuration))
        log.adopt(configuration.log)
        ProgramPages.release()
        logger.notice("reloaded", metadata: ["targets": "\(configuration.targets.count)"])
        if service.facts.listeners != places {
            logger.notice("listening", metadata: ["addresses": "\(Opening.description(outcome.openings))"])
        }
    }
}
