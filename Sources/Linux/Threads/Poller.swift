// Waiting for many descriptors at once (epoll(7)), level-triggered: what was not done is told again.

import CLinux
import Glibc

/// What a descriptor is waited for, or ready to.
public struct Readiness: OptionSet, Sendable {
    /// EPOLL… bits.
    public let rawValue: UInt32

    /// These bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Something can be read, or the other side has finished.
    public static let read = Readiness(rawValue: EPOLLIN.rawValue)
    /// Something can be written.
    public static let write = Readiness(rawValue: EPOLLOUT.rawValue)
    /// Broken: always told, never asked for.
    public static let failed = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}

/// A set of descriptors that one thread waits for.
public struct Poller: ~Copyable {
    private let descriptor: Descriptor
    private var events: [epoll_event]

    /// An empty set; one wait tells of at most `capacity` descriptors.
    public init(capacity: Int = 256) throws(SystemCallError) {
        descriptor = Descriptor(owning: try call("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
        events = [epoll_event](repeating: epoll_event(), count: capacity)
    }

    /// Waits for `number` from now on; `token` is what it is told by.
    public func add(_ number: Int32, for readiness: Readiness, token: UInt64) throws(SystemCallError) {
        try control(EPOLL_CTL_ADD, number, readiness, token)
    }

    /// Waits for something else of `number`.
    public func change(_ number: Int32, to readiness: Readiness, token: UInt64) throws(SystemCallError) {
        try control(EPOLL_CTL_MOD, number, readiness, token)
    }

    /// Waits for `number` no longer. A descriptor that is closed goes by itself.
    public func remove(_ number: Int32) throws(SystemCallError) {
        try control(EPOLL_CTL_DEL, number, [], 0)
    }

    /// Sleeps until something is ready, at most `timeout` (rounded up to milliseconds; nil: without end), and calls
    /// `body` with each token and what it is ready for.
    public mutating func wait(
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
