// The main thread: starts the other threads, waits for signals, and notifies the service manager: READY after the first
// pass, STATUS for people, WATCHDOG while both threads make progress, STOPPING at the end (sd_notify(3)).

import Glibc
import Linux
import Logging
import Monitor
import Reporting
import SelfConnect
import StatusServer
import Systemd

/// Runs the daemon's threads until a signal stops them.
struct Supervisor: ~Copyable {
    let store: SnapshotStore
    let heartbeats: Heartbeats
    let probing: ProbeService
    let http: HTTPServer
    let reload: ReloadService
    let service: ServiceState
    let manager: ServiceNotifier
    let logger: Logger
    /// SIGHUP.
    let hangups: SignalQueue
    /// Signalled after each publication, and by each thread that ends.
    let wake: WakeSignal

    /// Time between two checks of the threads, unless the watchdog needs a shorter one.
    private static let checkInterval = Duration.seconds(5)
    /// Time limit for the threads to end. A thread that still runs then, e.g. in connect(), ends with the process.
    private static let endTime = Duration.milliseconds(900)

    /// Runs until SIGTERM or SIGINT.
    ///
    /// - Throws: why a thread could not start or failed.
    func run() throws(LaunchError) {
        let workers = Workers { [wake] in wake.set() }
        defer { stop(workers) }
        do {
            let stops = try SignalQueue(SIGTERM, SIGINT)
            let (http, probing) = (http, probing)
            try workers.start("http") { () throws(SystemCallError) in try http.run() }
            try workers.start("probing") { () throws(SystemCallError) in try probing.run() }
            try watch(workers, stops, feeding: try Watchdog.interval())
        } catch {
            throw DaemonRunner.fault(error)
        }
    }

    private func watch(
        _ workers: Workers, _ stops: borrowing SignalQueue, feeding watchdog: Duration?
    ) throws(SystemCallError) {
        var poller = try Poller()
        for number in [wake.number, hangups.number, stops.number] {
            try poller.add(number, for: .read, token: UInt64(number))
        }
        let interval = watchdog.map { min($0 / 3, Self.checkInterval) } ?? Self.checkInterval
        var nextCheck = Duration.zero
        var progress = heartbeats.counts
        var generation = 0
        // Stop signals have their own queue, so that other signals cannot delay them.
        while !stops.takeAll() {
            if let fault = workers.fault { throw fault }
            let now = Clock.monotonic
            if now >= nextCheck {
                check(&progress, feedsWatchdog: watchdog != nil)
                nextCheck = now + interval
            }
            notifyPublication(&generation)
            reload.advance(at: now, isRequested: hangups.takeAll())
            try poller.wait(min(nextCheck, reload.deadline ?? nextCheck) - now) { _, _ in }
            wake.clear()
        }
    }

    /// Resets the watchdog, if enabled, when both threads have made progress since the last call, then wakes both
    /// threads so that they report progress again.
    private func check(_ last: inout [Int], feedsWatchdog: Bool) {
        let progress = heartbeats.counts
        if zip(progress, last).allSatisfy({ $0 > $1 }) {
            if feedsWatchdog { manager.notify(.watchdog) }
            last = progress
        }
        http.wake()
        probing.wake()
        if let snapshot = store.snapshot { manager.notify(status(snapshot)) }
    }

    /// - Parameter generation: the last publication that was reported.
    private func notifyPublication(_ generation: inout Int) {
        let present = store.generation
        guard present != generation, let snapshot = store.snapshot else { return }
        if generation > 0 {
            manager.notify(status(snapshot))
        } else {
            http.wake()
            manager.notify(.ready, status(snapshot))
            logger.notice("ready", metadata: ["targets": "\(snapshot.targets.count)"])
            ProgramPages.release()
        }
        generation = present
    }

    private func status(_ snapshot: Snapshot) -> NotifyState {
        .status(StatusLine.text(snapshot, reloadFault: service.facts.reloadFault))
    }

    private func stop(_ workers: Workers) {
        manager.notifyStopping()
        let now = Clock.monotonic
        reload.giveUp()
        probing.stop()
        http.stop()
        reload.waitForEnd(until: now + ListenerBinder.closingTime)
        _ = workers.haveEnded(by: now + Self.endTime)
    }
}
