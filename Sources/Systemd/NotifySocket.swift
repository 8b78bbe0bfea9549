// The service's side of the conversation with its manager: sd_notify(3).
//
// libsystemd looks for NOTIFY_SOCKET at each call, so there is no state to keep here. Without it, as on a terminal,
// nothing is sent and nothing is wrong.

import CSystemd

/// The socket on which the service manager listens, if there is one.
public enum NotifySocket {
    /// Sends one notification with all these states.
    ///
    /// - Returns: whether there is a service manager that it was sent to.
    @discardableResult
    public static func send(_ states: NotifyState...) throws(SystemdFault) -> Bool { try send(states) }

    /// Sends one notification with all these states.
    ///
    /// - Returns: whether there is a service manager that it was sent to.
    @discardableResult
    public static func send(_ states: [NotifyState]) throws(SystemdFault) -> Bool {
        let message = states.map(\.assignment).joined(separator: "\n")
        return try SystemdFault.check("sd_notify", sd_notify(0, message)) > 0
    }

    /// Waits until the manager has taken all notifications before this one: otherwise it may not know any more whom
    /// the last one is from when the process is gone (sd_notify_barrier(3)).
    ///
    /// - Parameter timeout: how long at most; a manager that does not answer is a fault with ETIMEDOUT.
    /// - Returns: whether there is a service manager.
    @discardableResult
    public static func barrier(timeout: Duration) throws(SystemdFault) -> Bool {
        let result = sd_notify_barrier(0, NotifyState.microseconds(timeout))
        return try SystemdFault.check("sd_notify_barrier", result) > 0
    }
}
