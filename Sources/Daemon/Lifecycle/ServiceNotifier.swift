// What the daemon tells comes from threads that have other things to do, those of Swift's pool and the probe thread, so
// that none of them waits for the manager. What it could not take is told again with what is said next, and that is
// some seconds later at the latest: STATUS tells how old the last pass is.

import Linux
import Logging
import Synchronization
import Systemd

/// Whom the daemon tells how it is (sd_notify(3)).
final class ServiceNotifier: Sendable {
    private struct State {
        var isStopping = false
        var untold = PendingNotifications()
        /// Whether the log has it that something is untold.
        var hasWarned = false
    }

    private let logger: Logger
    private let state = Mutex(State())

    init(logger: Logger) {
        self.logger = logger
    }

    /// How long to wait until the last word has been heard: it stops within a second, whoever does not listen.
    private static let patience = Duration.milliseconds(250)

    /// Tells all of this at once, unless the last word has been spoken.
    func tell(_ states: NotifyState...) {
        state.withLock { state in
            if !state.isStopping { send(states, &state) }
        }
    }

    /// Sends these states with a descriptor; whether they were sent, or there is no service manager. What its queue has no
    /// room for is not sent again.
    func tell(_ states: NotifyState..., with descriptor: Int32) -> Bool {
        do throws(SystemdError) {
            try NotifySocket.send(states, with: descriptor)
            return true
        } catch {
            logger.debug("failed to notify the service manager", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Tells that the daemon stops. Whoever would still say something else comes too late.
    func tellStopping() {
        state.withLock { state in
            state.isStopping = true
            send([.stopping, .status("stopping")], &state)
        }
    }

    private func send(_ states: [NotifyState], within patience: Duration = .zero, _ state: inout State) {
        for notification in state.untold.notifications(with: states) {
            do throws(SystemdError) {
                try NotifySocket.send(notification, within: patience)
                state.untold.strike(notification)
            } catch {
                printErrors(error, &state)
                return
            }
        }
        state.hasWarned = false
    }

    /// Once, until all has been told: a manager that cannot be told something cannot be told it a second later either.
    private func printErrors(_ error: SystemdError, _ state: inout State) {
        let words = state.untold.states.compactMap(\.word).joined(separator: ", ")
        guard !words.isEmpty, !state.hasWarned else {
            logger.debug("failed to notify the service manager", metadata: ["error": "\(error)"])
            return
        }
        state.hasWarned = true
        logger.warning("failed to send \(words) to the service manager; will retry", metadata: ["error": "\(error)"])
    }

    /// Waits until the manager has heard what was said: of a process that is gone it does not know any more whose word
    /// it was.
    func waitUntilHeard() {
        let end = Clock.monotonic + Self.patience
        state.withLock { send([], within: Self.patience, &$0) }
        do throws(SystemdError) {
            try NotifySocket.barrier(timeout: end - Clock.monotonic)
        } catch {
            logger.debug("the service manager has not answered", metadata: ["error": "\(error)"])
        }
    }
}
