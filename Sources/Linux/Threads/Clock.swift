// The clocks, read here and handed to the pure layers as values (clock_gettime(2)).

import CLinux
import Glibc
public import SelfConnect

/// The moments that the kernel tells.
public enum Clock {
    /// Since some fixed moment; never set back.
    public static var monotonic: Duration { read(CLOCK_MONOTONIC) }

    /// What the calling thread has used of the processors.
    public static var threadProcessorTime: Duration { read(CLOCK_THREAD_CPUTIME_ID) }

    /// What the process has used of the processors.
    public static var processorTime: Duration { read(CLOCK_PROCESS_CPUTIME_ID) }

    /// The time of day, with a reading of the monotonic clock.
    public static var wall: Timestamp {
        Timestamp(nanoseconds: nanoseconds(CLOCK_REALTIME), monotonicNanoseconds: nanoseconds(CLOCK_MONOTONIC))
    }

    private static func read(_ clock: clockid_t) -> Duration { .nanoseconds(nanoseconds(clock)) }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
