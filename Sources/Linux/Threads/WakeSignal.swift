import CLinux
import Glibc

/// Wakes a thread that waits in a Poller, from any other thread (eventfd(2)).
public final class WakeSignal: Sendable {
    private let descriptor: Descriptor

    /// A signal that is not set.
    public init() throws(SystemCallError) {
        let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
        descriptor = Descriptor(owning: try call("eventfd") { eventfd(0, flags) })
    }

    /// For adding to a poller, for reading.
    public var number: Int32 { descriptor.number }

    /// Sets the signal; it stays set until `take()`.
    public func give() {
        _ = eventfd_write(descriptor.number, 1)
    }

    /// Clears the signal.
    public func take() {
        var count: eventfd_t = 0
        withUnsafeMutableBytes(of: &count) { _ = descriptor.takeEvents($0) }
    }
}
