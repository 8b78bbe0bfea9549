// SIGHUP: reloads the configuration. Each reload has its own thread because reading a file may block. Any number of
// signals during a reload cause one more reload. A file system that does not respond blocks only its own reload.

import Linux
import SelfConnect
import Systemd

/// Runs reloads. Main thread only.
final class ReloadService {
    private let reload: Reload
    private let ended: @Sendable () -> Void
    private var current: (claim: ReloadClaim, deadline: Duration)?
    private var isRequested = false
    /// Reloads that timed out and are still blocked.
    private var stuck: [ReloadClaim] = []

    /// Time limit for reading and checking the files of a reload.
    var timeout = Duration.seconds(15)
    /// Maximum number of blocked reloads, each with a thread.
    static let mostStuck = 4
    /// Memory that a reload may need: a stack, the file and the objects decoded from it.
    private static let memory = 32 << 20

    /// - Parameter ended: called by each reload when it has ended, on its thread.
    init(_ reload: Reload, ended: @escaping @Sendable () -> Void) {
        self.reload = reload
        self.ended = ended
    }

    /// When `advance` must be called at the latest; nil if no reload is running.
    var deadline: Duration? { current?.deadline }

    /// Starts a reload if one is requested and none is running; cancels a reload that has timed out.
    func advance(at now: Duration, isRequested: Bool) {
        self.isRequested = self.isRequested || isRequested
        if let current, !current.claim.hasEnded {
            guard now >= current.deadline else { return }
            guard current.claim.giveUp() else {
                // The configuration is being applied, which does not wait for files.
                self.current?.deadline = now + timeout
                return
            }
            stuck.append(current.claim)
            let cause = "a file system or a name service does not respond"
            refuse("reading the configuration timed out after \(timeout.rounded): \(cause)")
        }
        current = nil
        guard self.isRequested else { return }
        self.isRequested = false
        begin(at: now)
    }

    /// Cancels the running reload.
    func giveUp() {
        current?.claim.giveUp()
    }

    /// Waits for the running reload.
    func waitForEnd(until end: Duration) {
        current?.claim.waitForEnd(until: end)
    }

    private func begin(at now: Duration) {
        reload.manager.notify(.reloadingNow, .status("reloading"))
        stuck.removeAll(where: \.hasEnded)
        guard stuck.count < Self.mostStuck else {
            return refuse("\(stuck.count) earlier reloads are still blocked in reading a file")
        }
        // A failed allocation would trap.
        guard Heap.hasRoom(for: Self.memory) else {
            return refuse("not enough address space to reload: raise LimitAS= (ulimit -v)")
        }
        let claim = ReloadClaim()
        let (reload, ended) = (reload, ended)
        do throws(SystemCallError) {
            try Thread.start(name: "reload") {
                reload.run(claim)
                claim.end()
                ended()
            }
            current = (claim, now + timeout)
        } catch {
            refuse(error.advised)
        }
    }

    private func refuse(_ reason: String) {
        reload.refuse([reason])
        reload.notifyReady()
    }
}
