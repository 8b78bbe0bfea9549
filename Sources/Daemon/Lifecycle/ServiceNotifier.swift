// Several threads send notifications, and none of them may wait for the service manager. A notification that could not
// be sent is sent again with the next one, a few seconds later at most: STATUS is sent regularly.

import Linux
import Logging
import Synchronization
import Systemd

/// Sends notifications to the service manager (sd_notify(3)).
final class ServiceNotifier: Sendable {
    private struct State {
        var isStopping = false
        var pending = PendingNotifications()
        /// Whether the log already mentions the pending notifications.
        var hasWarned = false
    }

    private let logger: Logger
    private let state = Mutex(State())

    init(logger: Logger) {
        self.logger = logger
    }

    /// Time limit for the last notification: the daemon stops within a second even if the manager does not read.
    private static let stopTimeout = Duration.milliseconds(250)

    /// Sends these states in one notification, unless the daemon is stopping.
    func notify(_ states: NotifyState...) {
        state.withLock { state in
            if !state.isStopping { send(states, &state) }
        }
    }

    /// Sends these states with a descriptor, if there is one. Returns whether they were sent, or there is no service manager;
    /// the caller repeats what its queue has no room for.
    func notify(_ states: NotifyState..., with descriptor: Int32?) -> Bool {
        do throws(SystemdError) {
            try NotifySocket.send(states, with: descriptor ?? -1)
            return true
        } catch {
            logger.debug("failed to notify the service manager", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Sends STOPPING. Later notifications are ignored.
    func notifyStopping() {
        state.withLock { state in
            state.isStopping = true
            send([.stopping, .status("stopping")], &state)
        }
    }

    private func send(_ states: [NotifyState], within timeout: Duration = .zero, _ state: inout State) {
        for notification in state.pending.notifications(with: states) {
            do throws(SystemdError) {
                try NotifySocket.send(notification, within: timeout)
                state.pending.markSent(notification)
            } catch {
                logFailure(error, &state)
                return
            }
        }
        state.hasWarned = false
    }

    /// Logs one warning per failure, until all pending notifications have been sent.
    private func logFailure(_ error: SystemdError, _ state: inout State) {
        let words = state.pending.states.compactMap(\.word).joined(separator: ", ")
        guard !words.isEmpty, !state.hasWarned else {
            logger.debug("failed to notify the service manager", metadata: ["error": "\(error)"])
            return
        }
        state.hasWarned = true
        logger.warning("failed to send \(words) to the service manager; will retry", metadata: ["error": "\(error)"])
    }

    /// Waits until the manager has read all notifications: it cannot attribute notifications of a process that has
    /// exited.
    func waitForManager() {
        let end = Clock.monotonic + Self.stopTimeout
        state.withLock { send([], within: Self.stopTimeout, &$0) }
        do throws(SystemdError) {
            try NotifySocket.barrier(timeout: end - Clock.monotonic)
        } catch {
            logger.debug("the service manager has not answered", metadata: ["error": "\(error)"])
        }
    }
}
