// Signals as a descriptor to poll (signalfd(2)): no handler runs, and no call is interrupted.

import CLinux
import Glibc

/// Signals that are queued until they are taken.
package struct SignalQueue: ~Copyable {
    private let descriptor: Descriptor

    /// Blocks and queues these signals. For the main thread: all others block them anyway (`Thread`).
    package init(_ signals: Int32...) throws(SystemCallError) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        descriptor = Descriptor(owning: try call("signalfd") { clinux_signalfd(signals, Int32(signals.count)) })
    }

    /// Whether the process was started with a signal ignored, as by nohup(1), or as a background job of a script: a queue
    /// would make it effective.
    package static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        sigaction(signal, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// For adding to a poller, for reading.
    package var number: Int32 { descriptor.number }

    /// Takes all pending signals, each at most once (signal(7)); returns whether there were any.
    package func takeAll() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 8 * Self.size, alignment: 8) { descriptor.takeEvents($0) }
    }

    /// Size of a struct signalfd_siginfo.
    private static let size = 128
}
