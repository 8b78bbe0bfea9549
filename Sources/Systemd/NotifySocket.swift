// The service's side of the conversation with its manager: sd_notify(3).
//
// The datagrams are sent here and not by libsystemd, which waits for as long as the manager's queue is full: a manager
// that does not read must not stop the daemon. NOTIFY_SOCKET is looked for at each call, so that there is no state to
// keep. Without it, as on a terminal, nothing is sent and nothing is wrong.

import CNotify
import Glibc

/// The socket on which the service manager listens, if there is one.
package enum NotifySocket {
    /// Sends one notification with all these states, or fails with EAGAIN where the manager's queue is full.
    ///
    /// - Returns: whether there is a service manager that it was sent to.
    @discardableResult
    package static func send(_ states: NotifyState...) throws(SystemdError) -> Bool { try send(states) }

    /// Sends one notification with all these states.
    ///
    /// - Parameters:
    ///   - patience: how long to wait for room in the manager's queue; EAGAIN where there is none then.
    ///   - descriptor: what is passed with it.
    /// - Returns: whether there is a service manager that it was sent to.
    @discardableResult
    package static func send(
        _ states: [NotifyState], with descriptor: Int32 = -1, within patience: Duration = .zero
    ) throws(SystemdError) -> Bool {
        let operation = "sd_notify"
        guard let address = try NotifyAddress.current(for: operation) else { return false }
        let message = states.map(\.assignment).joined(separator: "\n")
        try send(message, with: descriptor, to: address, within: patience, for: operation)
        return true
    }

    /// Waits until the manager has taken all notifications before this one: otherwise it may not know any more whom
    /// the last one is from when the process is gone (sd_notify_barrier(3)).
    ///
    /// - Parameter timeout: how long at most; a manager that does not answer is a fault with ETIMEDOUT, one whose queue
    ///   stays full with EAGAIN.
    /// - Returns: whether there is a service manager.
    @discardableResult
    package static func barrier(timeout: Duration) throws(SystemdError) -> Bool {
        let operation = "sd_notify_barrier"
        guard let address = try NotifyAddress.current(for: operation) else { return false }
        let end = ContinuousClock.now + timeout
        // The manager closes the end that it is passed, which is the last one then, when its turn has come.
        var ends: [Int32] = [-1, -1]
        _ = try SystemdError.call(operation) { cnotify_pipe(&ends) }
        defer { close(ends[0]) }
        do {
            defer { close(ends[1]) }
            try send("BARRIER=1", with: ends[1], to: address, within: timeout, for: operation)
        }
        var question = pollfd(fd: ends[0], events: 0, revents: 0)
        let count = try SystemdError.call(operation) {
            // Rounded up: a barrier that ends before its time would have waited in vain.
            poll(&question, 1, Int32(clamping: (NotifyState.microseconds(end - .now) + 999) / 1000))
        }
        guard count > 0 else { throw SystemdError(operation: operation, errno: ETIMEDOUT) }
        return true
    }

    private static func send(
        _ message: String, with descriptor: Int32 = -1, to address: NotifyAddress, within patience: Duration,
        for operation: String
    ) throws(SystemdError) {
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = try SystemdError.call(operation) { socket(AF_UNIX, type, 0) }
        defer { close(number) }
        var flags = Int32(MSG_NOSIGNAL)
        var time = timeval(patience)
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
