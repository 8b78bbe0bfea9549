import Glibc
import Systemd
import Testing

extension EnvironmentTests {
    /// The watchdog as described by the environment.
    @Suite struct WatchdogTests {
        @Test("The interval applies only to this process")
        func interval() throws {
            let ours = "\(getpid())"
            let rows: [(microseconds: String?, process: String?, interval: Duration?)] = [
                ("30000000", ours, .seconds(30)),
                ("1500000", nil, .milliseconds(1500)),
                ("30000000", "1", nil),
                (nil, ours, nil),
                (nil, nil, nil),
            ]
            for row in rows {
                try withEnvironment(["WATCHDOG_USEC": row.microseconds, "WATCHDOG_PID": row.process]) { () throws in
                    #expect(try Watchdog.interval() == row.interval)
                }
            }
        }

        @Test("A watchdog time that is not a number is a fault", arguments: ["soon", "", "0"])
        func malformed(_ text: String) throws {
            try withEnvironment(["WATCHDOG_USEC": text, "WATCHDOG_PID": nil]) { () throws in
                let fault = try #require(throws: SystemdError.self) { try Watchdog.interval() }
                #expect(fault.operation == "sd_watchdog_enabled" && fault.errno == EINVAL)
            }
        }
    }
}
