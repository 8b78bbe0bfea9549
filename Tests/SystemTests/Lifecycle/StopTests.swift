import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

extension TimeTests {
    /// How the daemon ends on signals.
    @Suite(.enabled(if: PrivateNetwork.isAvailable)) struct StopTests {
        @Test("The daemon stops with status 0 within a second", arguments: [SIGTERM, SIGINT])
        func stops(_ signal: Int32) throws {
            try PrivateNetwork.run {
                var daemon = try RunningDaemon("targets: [{name: web, ports: 40002}]")
                try Self.expectCleanEnd(&daemon, signal)
            }
        }

        @Test("The daemon stops within a second while a loop probe runs at full speed", arguments: [SIGTERM, SIGINT])
        func stopsDuringLoops(_ signal: Int32) throws {
            // In the default range a loop takes about ten thousand attempts, and with these targets one is always
            // running.
            try PrivateNetwork.run(range: PortRange(32768, 60999)) {
                var daemon = try RunningDaemon(
                    """
                    probe: {timeout: 250ms, loop: {interval: 1s, attempts: 10000000, cpu: 100%}}
                    targets: [{name: many, ports: 50000-50199}]
                    """)
                // The attempts of a loop are counted when it ends: the next one is running then.
                let isLooping = try Waiting.holds(every: .milliseconds(50)) {
                    try daemon.metric("selfconnect_probe_attempts_total{method=\"loop\"}") ?? 0 > 0
                }
                #expect(isLooping)
                try Self.expectCleanEnd(&daemon, signal)
            }
        }

        @Test("The daemon stops within a second while clients are connected, idle or in the middle of a request")
        func stopsWithClients() throws {
            try PrivateNetwork.run {
                var daemon = try RunningDaemon("targets: [{name: web, ports: 40002}]")
                let idle = try RawClient()
                let slow = try RawClient()
                slow.send("GET /v1/status HTTP/1.1\r\nHost: ")
                let served = try RawClient()
                served.send("GET /-/ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
                Thread.sleep(.milliseconds(100))
                try Self.expectCleanEnd(&daemon, SIGTERM)
                #expect(idle.text() == "")
                #expect(slow.text() != nil)
                #expect(served.text()?.hasPrefix("HTTP/1.1 200 OK\r\n") == true)
            }
        }

        @Test("A second signal does not disturb the shutdown") func twoSignals() throws {
            try PrivateNetwork.run {
                var daemon = try RunningDaemon("targets: [{name: web, ports: 40002}]")
                let client = try RawClient()
                client.send("GET /")
                Thread.sleep(.milliseconds(50))
                daemon.program.send(SIGTERM)
                Thread.sleep(.milliseconds(10))
                try Self.expectCleanEnd(&daemon, SIGINT)
            }
        }

        @Test("A service manager that does not read blocks neither the daemon's work nor its shutdown")
        func unreadNotifications() throws {
            try PrivateNetwork.run {
                let manager = try NotifyListener(isAbstract: false)
                var daemon = try RunningDaemon(
                    "probe: {interval: 1s}\ntargets: [{name: web, ports: 40002}]",
                    environment: ["NOTIFY_SOCKET": manager.name])
                try manager.fill()
                let before = try daemon.passCount()
                let continues = try Waiting.holds(every: .milliseconds(100)) { try daemon.passCount() > before }
                #expect(continues)
                #expect(try daemon.get("/-/healthy").status == 200)
                try Self.expectCleanEnd(&daemon, SIGTERM)
                #expect(daemon.program.errors.contains("failed to send STOPPING to the service manager; will retry"))
            }
        }

        @Test("The daemon stops within a second while the range is swept for the map") func stopsDuringSweep() throws {
            try PrivateNetwork.run(range: PortRange(10_000, 60_999)) {
                var daemon = try RunningDaemon("targets: [{name: web, ports: 40002}]")
                #expect(try daemon.get("/v1/map").status == 503)
                try Self.expectCleanEnd(&daemon, SIGTERM)
            }
        }

        @Test(
            "The service stops within a second",
            .enabled(if: Machine.hindrance == nil, "no systemd: \(Machine.hindrance ?? "")"))
        func service() throws {
            let outcome = try Machine.run(
                """
                systemctl start selfconnectd
                begin=$(date +%s%N)
                systemctl stop selfconnectd
                [ $(($(date +%s%N) - begin)) -lt 1000000000 ] && echo at once
                """)
            #expect(outcome.output == "at once\n", "\(outcome)")
        }

        private static func expectCleanEnd(_ daemon: inout RunningDaemon, _ signal: Int32) throws {
            let (end, time) = daemon.stop(signal)
            #expect(end == .exited(0), "\(daemon.program.errors)")
            #expect(time < .seconds(1), "it took \(time)")
            #expect(try SocketStates.timeWaitCount(apartFrom: [9293]) == 0)
        }
    }
}
