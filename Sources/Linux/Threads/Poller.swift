// Waits for many descriptors at once (epoll(7)), level-triggered: pending events are reported again.

import CLinux
import Glibc

/// The events to wait for, or the events that occurred.
package struct Readiness: OptionSet, Sendable {
    /// EPOLL… bits.
    package let rawValue: UInt32

    /// These bits.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Data can be read, or the other side has shut down.
    package static let read = Readiness(rawValue: EPOLLIN.rawValue)
    /// Data can be written.
    package static let write = Readiness(rawValue: EPOLLOUT.rawValue)
    /// Error or hangup: always reported, need not be requested.
    package static let failed = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}

/// A set of descriptors that one thread waits for.
package struct Poller: ~Copyable {
    private let descriptor: Descriptor
    private var events: [epoll_event]

    /// An empty set; one wait reports at most `capacity` descriptors.
    package init(capacity: Int = 256) throws(SystemCallError) {
        descriptor = Descriptor(owning: try call("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
        events = [epoll_event](repeating: epoll_event(), count: capacity)
    }

    /// Adds `number`; its events are reported with `token`.
    package func add(_ number: Int32, for readiness: Readiness, token: UInt64) throws(SystemCallError) {
        try control(EPOLL_CTL_ADD, number, readiness, token)
    }

    /// Changes the events to wait for.
    package func change(_ number: Int32, to readiness: Readiness, token: UInt64) throws(SystemCallError) {
        try control(EPOLL_CTL_MOD, number, readiness, token)
    }

    /// Removes `number`. A closed descriptor is removed automatically.
    package func remove(_ number: Int32) throws(SystemCallError) {
        try control(EPOLL_CTL_DEL, number, [], 0)
    }

    /// Waits until a descriptor is ready, at most `timeout` (rounded up to milliseconds; nil: no limit), and calls
    /// `body` with the token and events of each.
    package mutating func wait(
        _ timeout: Duration?, _ body: (UInt64, Readiness) -> Void
    ) throws(SystemCallError) {
        let milliseconds = timeout.map { Int32(clamping: Int(max(0, $0.inMilliseconds.rounded(.up)))) } ?? -1
        let count = epoll_wait(descriptor.number, &events, Int32(events.count), milliseconds)
        guard count >= 0 else {
            let code = errno
            if code == EINTR { return }
            throw SystemCallError("epoll_wait", code: code)
        }
        for event in events.prefix(Int(count)) {
            body(event.data.u64, Readiness(rawValue: event.events))
        }
    }

    private func control(
        _ operation: Int32, _ number: Int32, _ readiness: Readiness, _ token: UInt64
    ) throws(SystemCallError) {
        var event = epoll_event(events: readiness.rawValue, data: epoll_data_t(u64: token))
        try call("epoll_ctl", "\(number)") { epoll_ctl(descriptor.number, operation, number, &event) }
    }
}

extension Duration {
    fileprivate var inMilliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
    }
}
