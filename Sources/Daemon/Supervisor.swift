// The service manager's side: READY after the first pass, STATUS for people, WATCHDOG as long as both threads move,
// STOPPING at the end (sd_notify(3)).

import Linux
import Logging
import Reporting
import ServiceLifecycle
import Systemd

/// Tells the service manager how the daemon is.
struct Supervisor: Service {
    private let board: Board
    private let progress: Progress
    private let probing: ProbeService
    private let http: StatusServer
    private let service: CurrentService
    private let manager: ServiceManager
    private let logger: Logger

    /// Between two looks where no watchdog asks for more.
    private static let leisure = Duration.seconds(5)

    init(
        board: Board, progress: Progress, probing: ProbeService, http: StatusServer, service: CurrentService,
        manager: ServiceManager, logger: Logger
    ) {
        self.board = board
        self.progress = progress
        self.probing = probing
        self.http = http
        self.service = service
        self.manager = manager
        self.logger = logger
    }

    /// Notifies until the service group shuts down.
    func run() async throws {
        let interval = try Watchdog.interval()
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                await withTaskGroup { group in
                    group.addTask { await followPublications() }
                    group.addTask { await watch(feeding: interval) }
                }
            }
        } onGracefulShutdown: {
            manager.tellStopping()
        }
    }

    private func followPublications() async {
        var isReady = false
        for await _ in board.publications {
            guard let snapshot = board.snapshot else { continue }
            if isReady {
                manager.tell(status(snapshot))
            } else {
                http.wake()
                manager.tell(.ready, status(snapshot))
                logger.notice("ready", metadata: ["targets": "\(snapshot.targets.count)"])
                isReady = true
                ProgramPages.release()
            }
        }
    }

    /// Asks both threads for a sign of life, and feeds the watchdog, where there is one, if both have given one since
    /// the last time. Once the daemon stops, `stopping` is its last word.
    private func watch(feeding watchdog: Duration?) async {
        let interval = watchdog.map { min($0 / 3, Self.leisure) } ?? Self.leisure
        var last = progress.beats
        while !Task.isCancelled {
            http.wake()
            let probing = probing
            Task { await probing.beat() }
            try? await Task.sleep(for: interval)
            guard !Task.isCancelled else { return }
            let now = progress.beats
            if zip(now, last).allSatisfy({ $0 > $1 }) {
                if watchdog != nil { manager.tell(.watchdog) }
                last = now
            }
            guard let snapshot = board.snapshot else { continue }
            manager.tell(status(snapshot))
        }
    }

    private func status(_ snapshot: Snapshot) -> NotifyState {
        .status(StatusLine.text(snapshot, reloadFault: service.facts.reloadFault, now: Clock.wall))
    }
}
