import CSystemd

/// The service manager's watchdog: sd_watchdog_enabled(3).
package enum Watchdog {
    /// How long the manager waits for `WATCHDOG=1` before it considers this process hung (WATCHDOG_USEC); nil if it
    /// does not wait, or waits for another process (WATCHDOG_PID). Notify at half this interval.
    ///
    /// - Throws: EINVAL if the variable is not a number.
    package static func interval() throws(SystemdError) -> Duration? {
        var microseconds: UInt64 = 0
        let result = try SystemdError.check("sd_watchdog_enabled", sd_watchdog_enabled(0, &microseconds))
        return result > 0 ? .microseconds(Int64(clamping: microseconds)) : nil
    }
}
