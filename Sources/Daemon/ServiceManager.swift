import Logging
import Synchronization
import Systemd

/// Whom the daemon tells how it is (sd_notify(3)).
final class ServiceManager: Sendable {
    private let logger: Logger
    private let isStopping = Mutex(false)

    init(logger: Logger) {
        self.logger = logger
    }

    /// How long to wait until the last word has been heard: it stops within a second, whoever does not listen.
    private static let patience = Duration.milliseconds(250)

    /// Tells all of this at once, unless the last word has been spoken.
    func tell(_ states: NotifyState...) {
        isStopping.withLock { isStopping in
            if !isStopping { send(states) }
        }
    }

    /// Tells that the daemon stops. Whoever would still say something else comes too late.
    func tellStopping() {
        isStopping.withLock { isStopping in
            isStopping = true
            send([.stopping, .status("stopping")])
        }
    }

    private func send(_ states: [NotifyState]) {
        do throws(SystemdFault) {
            try NotifySocket.send(states)
        } catch {
            logger.debug("the service manager could not be told", metadata: ["error": "\(error)"])
        }
    }

    /// Waits until the manager has heard what was said: of a process that is gone it does not know any more whose word
    /// it was.
    func waitUntilHeard() {
        do throws(SystemdFault) {
            try NotifySocket.barrier(timeout: Self.patience)
        } catch {
            logger.debug("the service manager has not answered", metadata: ["error": "\(error)"])
        }
    }
}
