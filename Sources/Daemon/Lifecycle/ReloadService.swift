// SIGHUP: the settings are read again, each time on a thread of its own, since a file may be slow. However many signals
// arrive while one reload is under way, one more follows it. A file system that does not respond blocks its own reload
// and no other.

import Linux
import SelfConnect
import Systemd

/// The reloads that are under way. On the main thread only.
final class ReloadService {
    private let reload: Reload
    private let ended: @Sendable () -> Void
    private var current: (claim: ReloadClaim, deadline: Duration)?
    private var isWanted = false
    /// Those that timed out and are still blocked.
    private var stuck: [ReloadClaim] = []

    /// How long a reload may read and check its files.
    var timeout = Duration.seconds(15)
    /// How many blocked reloads are tolerated, each with a thread.
    static let mostStuck = 4
    /// What a reload may take: a stack, the file and what is made of it.
    private static let memory = 32 << 20

    /// - Parameter ended: called by each reload that has come to its end, on its thread.
    init(_ reload: Reload, ended: @escaping @Sendable () -> Void) {
        self.reload = reload
        self.ended = ended
    }

    /// When to call `advance` at the latest; nil where nothing is under way.
    var deadline: Duration? { current?.deadline }

    /// Begins a reload if one is wanted and none is under way, and gives one up that takes too long.
    func advance(at now: Duration, isWanted wish: Bool) {
        isWanted = isWanted || wish
        if let current, !current.claim.hasEnded {
            guard now >= current.deadline else { return }
            guard current.claim.giveUp() else {
                // It is being taken over, which does not wait for files.
                self.current?.deadline = now + timeout
                return
            }
            stuck.append(current.claim)
            let cause = "a file system or a name service does not respond"
            refuse("reading the configuration timed out after \(timeout.rounded): \(cause)")
        }
        current = nil
        guard isWanted else { return }
        isWanted = false
        begin(at: now)
    }

    /// Gives up what is under way.
    func giveUp() {
        current?.claim.giveUp()
    }

    /// Waits for what is under way.
    func waitForEnd(until end: Duration) {
        current?.claim.waitForEnd(until: end)
    }

    private func begin(at now: Duration) {
        reload.manager.tell(.reloadingNow, .status("reloading"))
        stuck.removeAll(where: \.hasEnded)
        guard stuck.count < Self.mostStuck else {
            return refuse("\(stuck.count) earlier reloads are still blocked in reading a file")
        }
        // An allocation that fails traps.
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
        reload.tellReady()
    }
}
