// Signals as something to wait for, among other things (signalfd(2)): no handler runs, and nothing is interrupted.

import CLinux
import Glibc

/// Signals that wait until they are taken.
public struct SignalQueue: ~Copyable {
    private let descriptor: Descriptor

    /// Takes these signals from now on. For the main thread: the others block them anyway (`Thread`).
    public init(_ signals: Int32...) throws(SystemCallError) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        descriptor = Descriptor(owning: try call("signalfd") { clinux_signalfd(signals, Int32(signals.count)) })
    }

    /// What to add to the poller, for reading.
    public var number: Int32 { descriptor.number }

    /// Takes all that wait, each of which is there once at most (signal(7)); whether there were any.
    public func take() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 8 * Self.size, alignment: 8) { descriptor.takeEvents($0) }
    }

    /// Octets of a struct signalfd_siginfo.
    private static let size = 128
}
