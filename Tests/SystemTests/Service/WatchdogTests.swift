import Linux
import TestSupport
import Testing

extension TimeTests {
    /// The service manager's watchdog, and the daemon's notifications for it.
    @Suite struct WatchdogTests {
        @Test(
            "WATCHDOG is sent three times per watchdog interval", .enabled(if: PrivateNetwork.isAvailable))
        func watchdog() throws {
            try PrivateNetwork.run {
                let manager = try NotifyListener(isAbstract: false)
                var daemon = try RunningDaemon(
                    "targets: [{name: web, ports: 40002}]",
                    environment: ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "600000"])
                while manager.receive() != nil {}
                // Every 200 ms, and never so late that the manager would kill it.
                let rhythm = manager.rhythm(of: "WATCHDOG=1", times: 10)
                #expect(rhythm.pauses.count == 10, "\(rhythm)")
                #expect(rhythm.mean > .milliseconds(175) && rhythm.longest < .milliseconds(600), "\(rhythm)")
                #expect(daemon.stop().end == .exited(0))
            }
        }

        @Test(
            "The watchdog ends a daemon with a stuck thread, and the daemon restarts",
            .enabled(if: Machine.hindrance == nil, "no systemd: \(Machine.hindrance ?? "")"),
            arguments: ["probing", "http"])
        func watchdog(_ thread: String) throws {
            // A frozen control group with one thread: the program cannot notice.
            let outcome = try Machine.run(
                """
                systemctl start selfconnectd
                sleep 2.5
                systemctl show -P NRestarts selfconnectd
                process=$(systemctl show -P MainPID selfconnectd)
                stuck=/sys/fs/cgroup/$(systemctl show -P ControlGroup selfconnectd)/stuck
                mkdir $stuck
                echo threaded >$stuck/cgroup.type
                grep -lx \(thread) /proc/$process/task/*/comm | cut -d/ -f5 >$stuck/cgroup.threads
                echo 1 >$stuck/cgroup.freeze
                while [ "$(systemctl show -P NRestarts selfconnectd)" = 0 ]; do sleep 0.1; done
                systemctl show -P NRestarts selfconnectd
                journalctl --unit selfconnectd --output cat | grep -o 'Watchdog timeout\\|status=6/ABRT'
                """, dropIn: "WatchdogSec=2s")
            #expect(outcome.output == "0\n1\nWatchdog timeout\nstatus=6/ABRT\n")
        }
    }
}
