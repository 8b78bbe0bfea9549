import CLinux
import Glibc

/// Wakes a thread that waits for it, or in a Poller, from any other thread (eventfd(2)).
package final class WakeSignal: Sendable {
    private let descriptor: Descriptor

    /// A signal that is not set.
    package init() throws(SystemCallError) {
        let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
        descriptor = Descriptor(owning: try call("eventfd") { eventfd(0, flags) })
    }

    /// For adding to a poller, for reading.
    package var number: Int32 { descriptor.number }

    /// Sets the signal; it stays set until `clear()`.
    package func set() {
        _ = eventfd_write(descriptor.number, 1)
    }

    /// Waits until the signal is set, `other` is readable, or `Clock.monotonic` has reached `time`, rounded up to milliseconds.
    ///
    /// - Returns: whether the signal was set; it is cleared.
    package func wait(or other: Int32?, until time: Duration) -> Bool {
        var entries = ([number] + (other.map { [$0] } ?? [])).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let left = max(.zero, time - Clock.monotonic).components
        let milliseconds = left.seconds * 1000 + (left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let count = poll(&entries, nfds_t(entries.count), Int32(clamping: milliseconds))
        // If a security module denies the call, a pause prevents a busy loop.
        if count < 0, errno != EINTR { Thread.sleep(.milliseconds(20)) }
        guard count != 0, entries[0].revents != 0 || count < 0 else { return false }
        clear()
        return true
    }

    /// Clears the signal.
    package func clear() {
        var count: eventfd_t = 0
        withUnsafeMutableBytes(of: &count) { _ = descriptor.takeEvents($0) }
    }
}
