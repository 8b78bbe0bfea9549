import Logging
import Systemd

/// Whom the daemon tells how it is (sd_notify(3)).
struct ServiceManager: Sendable {
    let logger: Logger

    /// How long to wait until the last word has been heard: it stops within a second, whoever does not listen.
    private static let patience = Duration.milliseconds(250)

    /// Tells all of this at once.
    func tell(_ states: NotifyState...) {
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
