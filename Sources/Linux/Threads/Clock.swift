// The clocks, read here and passed to the pure layers as values (clock_gettime(2)).

import CLinux
import Glibc
package import SelfConnect

/// The kernel's clocks.
package enum Clock {
    /// Time since a fixed moment; never set back.
    package static var monotonic: Duration { read(CLOCK_MONOTONIC) }

    /// Processor time of the calling thread.
    package static var threadProcessorTime: Duration { read(CLOCK_THREAD_CPUTIME_ID) }

    /// Processor time of the process.
    package static var processorTime: Duration { read(CLOCK_PROCESS_CPUTIME_ID) }

    /// The time of day, with a reading of the monotonic clock.
    package static var wall: Timestamp {
        Timestamp(nanoseconds: nanoseconds(CLOCK_REALTIME), monotonicNanoseconds: nanoseconds(CLOCK_MONOTONIC))
    }

    private static func read(_ clock: clockid_t) -> Duration { .nanoseconds(nanoseconds(clock)) }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
