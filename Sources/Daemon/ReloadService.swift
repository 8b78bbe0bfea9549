// SIGHUP: the settings are read again. All that can fail is done first, on a thread of its own, since a file may be
// slow; only then is anything changed. What was wrong with a file is told in the log, in the status line and in the
// metrics, and the daemon goes on as before.

import Linux
import Logging
import Reporting
import ServiceLifecycle
import Settings
import Systemd
import UnixSignals

/// Takes over what a reload brings.
struct ReloadService: Service {
    let source: SettingsSource
    let preparation: Preparation
    let hangups: UnixSignalsSequence
    let service: CurrentService
    let probing: ProbeService
    let http: StatusServer
    let progress: Progress
    let board: Board
    let log: LogSink
    let manager: ServiceManager
    let logger: Logger

    private typealias Outcome = Result<Preparation.Outcome, ReloadFault>

    /// Reloads at each SIGHUP until the service group shuts down.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in hangups { await reload() }
        }
    }

    /// Reads the settings again, and takes them over if nothing is wrong with them.
    func reload() async {
        manager.tell(.reloadingNow, .status("reloading"))
        switch await prepare() {
        case nil: return
        case .failure(let fault): refuse(fault)
        case .success(let outcome): await take(outcome)
        }
        tellReady()
    }

    /// What the settings come to; nil if the daemon stops before that is known.
    private func prepare() async -> Outcome? {
        let (outcomes, continuation) = AsyncStream<Outcome>.makeStream()
        let pending = PendingOpenings()
        let reload = self
        Thread.start(name: "reload") {
            continuation.yield(reload.outcome(pending))
            continuation.finish()
        }
        if let outcome = await outcomes.first(where: { _ in true }) { return outcome }
        pending.abandon(besides: service.openings)
        return nil
    }

    private func outcome(_ pending: PendingOpenings) -> Outcome {
        let settings: LoadedSettings
        do throws(SettingsFault) {
            settings = try source.load(isRequired: service.facts.configurationPath != nil)
        } catch {
            return .failure(ReloadFault(lines: error.lines))
        }
        let present = Preparation.Present(openings: service.openings, connections: http.connectionLimit)
        do throws(LaunchFault) {
            return .success(try preparation.prepare(settings, keeping: present, pending: pending))
        } catch {
            return .failure(ReloadFault(lines: error.lines))
        }
    }

    /// The probe thread comes first: it alone can still refuse.
    private func take(_ outcome: Preparation.Outcome) async {
        let configuration = outcome.settings.configuration
        do throws(SystemCallError) {
            try await probing.adopt(configuration, targets: outcome.targets)
        } catch {
            Opening.withdraw(outcome.openings, besides: service.openings)
            refuse(ReloadFault(lines: ["\(error)"]))
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

    private func refuse(_ fault: ReloadFault) {
        service.fail(fault.lines.first ?? "", at: Clock.wall)
        for line in fault.lines { logger.error("\(line)") }
        logger.error("not reloaded: the settings stay as they were")
    }

    /// Before the first pass is complete, it is for that to say.
    private func tellReady() {
        guard !Task.isCancelled, let snapshot = board.snapshot else { return }
        let status = StatusLine.text(snapshot, reloadFault: service.facts.reloadFault, now: Clock.wall)
        manager.tell(.ready, .status(status))
    }
}

/// Why a reload changed nothing: lines for the log.
private struct ReloadFault: Error {
    let lines: [String]
}
