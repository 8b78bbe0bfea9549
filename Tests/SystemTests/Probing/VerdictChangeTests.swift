import Linux
import TestSupport
import Testing

extension TimeTests {
    /// How soon a verdict follows a change on the host.
    @Suite struct VerdictChangeTests {
        private static let interval = Duration.seconds(2)
        /// One interval, and a quarter of a second for the request with curl.
        private static let limit = interval + .milliseconds(250)

        @Test(
            "A verdict follows the listener, the range and the reserved ports within one interval",
            .enabled(if: PrivateNetwork.isAvailable))
        func follows() throws {
            try PrivateNetwork.run {
                var listener: ListeningSocket? = try Neighbours.listener(on: "127.0.0.1:40020")
                var daemon = try RunningDaemon(
                    """
                    probe: {interval: \(Self.interval.components.seconds)s, loop: {interval: 0s}}
                    targets: [{name: web, ports: 40020}]
                    """)
                #expect(try daemon.target("127.0.0.1:40020").verdict == "latent")
                #expect(listener != nil)
                listener = nil
                try expect("susceptible", daemon)
                try PrivateNetwork.write("45000 46000", to: "net/ipv4/ip_local_port_range")
                try expect("outside-range", daemon)
                try PrivateNetwork.write("40000 41000", to: "net/ipv4/ip_local_port_range")
                try expect("susceptible", daemon)
                try PrivateNetwork.write("40020,40500-40509", to: "net/ipv4/ip_local_reserved_ports")
                try expect("reserved", daemon)
                #expect(try daemon.target("[::1]:40020").previousVerdict == "susceptible")
                #expect(try daemon.metric("selfconnect_kernel_drift_total") == 3)
                #expect(daemon.stop().end == .exited(0))
                let log = daemon.program.errors
                #expect(log.contains("127.0.0.1:40020 web: susceptible (was latent). Port 40020"), "\(log)")
                #expect(log.contains("127.0.0.1:40020 web: reserved (was susceptible). Port 40020"), "\(log)")
            }
        }

        private func expect(_ verdict: String, _ daemon: borrowing RunningDaemon) throws {
            let endpoints = ["127.0.0.1:40020", "[::1]:40020"]
            let isReached = try Waiting.holds(within: Self.limit, every: .milliseconds(20)) {
                let targets = try daemon.status().targets
                return endpoints.allSatisfy { endpoint in
                    targets.contains { $0.endpoint == endpoint && $0.verdict == verdict }
                }
            }
            #expect(isReached, "not \(verdict) within \(Self.limit)")
        }
    }
}
