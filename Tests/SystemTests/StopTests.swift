import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// The end of the daemon, by the signals that end it.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct StopTests {
    @Test("It stops with status 0 within a second", arguments: [SIGTERM, SIGINT])
    func stops(_ signal: Int32) throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("targets: [{name: web, ports: 40002}]")
            try Self.expectCleanEnd(&daemon, signal)
        }
    }

    @Test("It stops as fast while a loop probe runs at full speed", arguments: [SIGTERM, SIGINT])
    func stopsDuringLoops(_ signal: Int32) throws {
        // In the default range a loop takes some ten thousand attempts, and with so many targets one always runs.
        try PrivateNetwork.run(range: PortRange(32768, 60999)) {
            var daemon = try RunningDaemon(
                """
                probe: {timeout: 250ms, loop: {interval: 1s, attempts: 10000000, cpu: 100%}}
                targets: [{name: many, ports: 50000-50199}]
                """)
            // The attempts of a loop are counted when it ends: then the next one is under way.
            let isLooping = try Waiting.holds(every: .milliseconds(50)) {
                try daemon.metric("selfconnect_probe_attempts_total{method=\"loop\"}") ?? 0 > 0
            }
            #expect(isLooping)
            try Self.expectCleanEnd(&daemon, signal)
        }
    }

    @Test("It stops as fast while clients are connected, idle or in the middle of a request")
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

    @Test("A second signal does not spoil the end that the first began") func twoSignals() throws {
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

    private static func expectCleanEnd(_ daemon: inout RunningDaemon, _ signal: Int32) throws {
        let (end, time) = daemon.stop(signal)
        #expect(end == .exited(0), "\(daemon.program.errors)")
        #expect(time < .seconds(1), "it took \(time)")
        #expect(try SocketStates.timeWaitCount(apartFrom: [9293]) == 0)
    }
}
