// Notifications to the service manager: sd_notify(3).
//
// libsystemd is not used for sending because it blocks while the manager's queue is full: a manager that does not read
// must not stop the daemon. NOTIFY_SOCKET is read at each call, so that there is no state. Without it, as on a
// terminal, nothing is sent and no error is returned.

import CNotify
import Glibc

/// The notification socket of the service manager, if there is one.
package enum NotifySocket {
    /// Sends one notification with all these states; fails with EAGAIN if the manager's queue is full.
    ///
    /// - Returns: whether there is a service manager.
    @discardableResult
    package static func send(_ states: NotifyState...) throws(SystemdError) -> Bool { try send(states) }

    /// Sends one notification with all these states. Waits at most `within` for space in the manager's queue, then fails
    /// with EAGAIN.
    ///
    /// - Returns: whether there is a service manager.
    @discardableResult
    package static func send(
        _ states: [NotifyState], with descriptor: Int32 = -1, within timeout: Duration = .zero
    ) throws(SystemdError) -> Bool {
        let operation = "sd_notify"
        guard let address = try NotifyAddress.current(for: operation) else { return false }
        let message = states.map(\.assignment).joined(separator: "\n")
        try send(message, with: descriptor, to: address, within: timeout, for: operation)
        return true
    }

    /// Waits until the manager has processed all earlier notifications: otherwise it may not be able to attribute the
    /// last one after the process has exited (sd_notify_barrier(3)).
    ///
    /// - Parameter timeout: maximum time to wait. Fails with ETIMEDOUT if the manager does not respond, with EAGAIN if
    ///   its queue stays full.
    /// - Returns: whether there is a service manager.
    @discardableResult
    package static func barrier(timeout: Duration) throws(SystemdError) -> Bool {
        let operation = "sd_notify_barrier"
        guard let address = try NotifyAddress.current(for: operation) else { return false }
        let end = ContinuousClock.now + timeout
        // The manager closes the passed end, which is then the last one, when it has processed the notifications before
        // it.
        var ends: [Int32] = [-1, -1]
        _ = try SystemdError.call(operation) { cnotify_pipe(&ends) }
        defer { close(ends[0]) }
        do {
            defer { close(ends[1]) }
            try send("BARRIER=1", with: ends[1], to: address, within: timeout, for: operation)
        }
        var entry = pollfd(fd: ends[0], events: 0, revents: 0)
        let count = try SystemdError.call(operation) {
            // Rounded up: poll must not return before the timeout.
            poll(&entry, 1, Int32(clamping: (NotifyState.microseconds(end - .now) + 999) / 1000))
        }
        guard count > 0 else { throw SystemdError(operation: operation, errno: ETIMEDOUT) }
        return true
    }

    private static func send(
        _ message: String, with descriptor: Int32 = -1, to address: NotifyAddress, within timeout: Duration,
        for operation: String
    ) throws(SystemdError) {
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = try SystemdError.call(operation) { socket(AF_UNIX, type, 0) }
        defer { close(number) }
        var flags = Int32(MSG_NOSIGNAL)
        var time = timeval(timeout)
        if time.tv_sec == 0, time.tv_usec == 0 {
            flags |= Int32(MSG_DONTWAIT)
        } else {
            let size = socklen_t(MemoryLayout<timeval>.size)
            _ = try SystemdError.call(operation) { setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &time, size) }
        }
        _ = try SystemdError.call(operation) {
            address.withPointer { cnotify_send(number, $0, $1, message, UInt(message.utf8.count), descriptor, flags) }
        }
    }
}

extension timeval {
    /// Zero for a negative time.
    fileprivate init(_ duration: Duration) {
        let microseconds = NotifyState.microseconds(duration)
        self.init(tv_sec: Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
    }
}
