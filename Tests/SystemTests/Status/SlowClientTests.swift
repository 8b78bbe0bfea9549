import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

extension TimeTests {
    /// Many idle or slow clients.
    @Suite("Idle and slow clients", .enabled(if: PrivateNetwork.isAvailable))
    struct SlowClientTests {
        private static let idle = 2_000
        private static let slow = 300

        private static let settings = """
            probe: {interval: 1h, loop: {interval: 0s}}
            http: {connections: 4096, connections-per-client: 4096, header-timeout: 6s, idle-timeout: 1h}
            """

        @Test("Idle and slow clients do not slow others, and their resources are released when they are gone")
        func idleAndSlow() throws {
            Linux.DescriptorLimit.raise(to: Self.idle + Self.slow + 256)
            try PrivateNetwork.run(range: PortRange(20_000, 60_999), reserved: "") {
                let daemon = try RunningDaemon(Self.settings)
                // Code that is used for the first time is not memory of the clients.
                for path in ["/v1/status", "/metrics", "/-/ready", "/nowhere"] { _ = try daemon.get(path) }
                let descriptors = try daemon.leastDescriptorCount()
                let memory = try daemon.residentMemory()
                var idle: [RawClient] = []
                for _ in 0..<Self.idle {
                    let client = try RawClient()
                    #expect(client.status(of: "GET /-/ready HTTP/1.1\r\nHost: localhost\r\n\r\n") == 200)
                    idle.append(client)
                }
                var slow = try (0..<Self.slow).map { _ in try RawClient() }
                let times = try Self.answerTimes { for client in slow { client.send("G") } }
                let median = times.sorted()[times.count / 2]
                print("slow clients: \(Self.idle) idle, \(Self.slow) slow, median of \(times.count) answers \(median)")
                #expect(median < .milliseconds(5))
                // The deadline counts from the first octet, however many follow.
                let areEnded = Waiting.holds { slow.allSatisfy(\.hasEnded) }
                #expect(areEnded)
                let timeouts = "selfconnect_http_connections_ended_total{reason=\"request-timeout\"}"
                slow.removeAll()
                idle.removeAll()
                let areCounted = try Waiting.holds { try daemon.metric(timeouts) == Double(Self.slow) }
                #expect(areCounted)
                let isSettled = try Waiting.holds { try daemon.descriptorCount() == descriptors }
                #expect(isSettled)
                let isGivenBack = try Waiting.holds { try daemon.residentMemory() - memory < 2 << 20 }
                let growth = try daemon.residentMemory() - memory
                print("slow clients: grew by \(growth / 1024) KiB")
                #expect(isGivenBack, "grew by \(growth) octets")
            }
        }

        /// The durations of requests on new connections, 200 in four seconds; each second the slow clients send one
        /// more octet.
        private static func answerTimes(_ goOn: () -> Void) throws -> [Duration] {
            try (0..<200).map { round in
                if round % 50 == 0 { goOn() }
                let start = Clock.monotonic
                let client = try RawClient()
                #expect(client.status(of: "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n") == 200)
                let time = Clock.monotonic - start
                Thread.sleep(.milliseconds(20))
                return time
            }
        }
    }
}
