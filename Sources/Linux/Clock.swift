// The clocks, read here and handed to the pure layers as values (clock_gettime(2)).

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

    /// The time of day.
    public static var wall: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
