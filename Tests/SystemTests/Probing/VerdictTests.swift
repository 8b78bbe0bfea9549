import Linux
import SelfConnect
import TestSupport
import Testing

/// The results of a running daemon on a host with all kinds of holders: range 40000-41000, of which 40500-40509 are
/// reserved.
@Suite struct VerdictTests {
    /// The expected result for an endpoint.
    private struct Row {
        let endpoint: String
        let verdict: String
        let severity: String
        /// Text that the reason must contain.
        var reason = ""
    }

    @Test(
        "Every verdict is found for both families without disturbing other programs",
        .enabled(if: VirtualPair.isAvailable))
    func verdicts() throws {
        let listeningTime = Duration.seconds(Binary.soak.map { min($0, 60) } ?? 10)
        try PrivateNetwork.run {
            try Wire.lay()
            let servers = try ["127.0.0.1:40004", "127.0.0.1:40006", "[::1]:40008"].map(Neighbours.listener)
            let others = try ["127.0.0.1:30001", "[::1]:30001"].map(Neighbours.listener)
            let looped4 = try Neighbours.client(from: 40010, to: "127.0.0.1:40010")
            let looped6 = try Neighbours.client(from: 40010, to: "[::1]:40010")
            let thief4 = try Neighbours.client(from: 40012, to: "127.0.0.1:30001")
            let thief6 = try Neighbours.client(from: 40012, to: "[::1]:30001")
            let binder4 = try Neighbours.boundClient(from: 40014, to: "127.0.0.1:30001")
            let binder6 = try Neighbours.boundClient(from: 40014, to: "[::1]:30001")
            let packets = try Wire.packetCount()

            var daemon = try RunningDaemon(Self.configuration)
            let start = Clock.monotonic
            let targets = Dictionary(
                try daemon.status().targets.map { ($0.endpoint, $0) }, uniquingKeysWith: { first, _ in first })
            for row in Self.rows {
                let target = try #require(targets[row.endpoint], "\(row.endpoint) is not watched")
                let found = "\(row.endpoint): \(target.verdict), \(target.severity): \(target.reason)"
                #expect(target.verdict == row.verdict && target.severity == row.severity, "\(found)")
                #expect(row.reason.isEmpty || target.reason.contains(row.reason), "\(found)")
            }
            try expectProofs(targets, daemon)
            expectOneRemedy(targets)
            try expectLoops(daemon)

            Thread.sleep(listeningTime - (Clock.monotonic - start))
            for server in servers {
                #expect(try server.accept() == nil, "\(server.endpoint) saw a connection of the daemon's")
            }
            #expect(try daemon.status().summary.byVerdict["self-connected"] == 2)
            #expect(try Wire.packetCount() == packets, "the daemon sent to an address that is not the host's own")
            try expectPacketCountToGrow(packets)
            #expect(try SocketStates.timeWaitCount(apartFrom: [9293]) == 0)
            #expect(daemon.stop().end == .exited(0))
            // They must live until here.
            withExtendedLifetime(others) {}
            for endpoint in try [looped4.names(), looped6.names()] { #expect(endpoint.local == endpoint.peer) }
            for socket in try [thief4.names(), thief6.names()] { #expect(socket.local.port == 40012) }
            for socket in try [binder4.names(), binder6.names()] { #expect(socket.local.port == 40014) }
        }
    }

    /// One line for all targets: every port of theirs in the range, and what is reserved.
    private func expectOneRemedy(_ targets: [String: TargetAnswer]) {
        let lines = Set(targets.values.compactMap(\.remedy?.lasting))
        #expect(lines.count == 1 && lines.first?.contains("= 40002-40004,40006,40008") == true, "\(lines)")
    }

    /// With one attempt, and the kernel's confirmation, where it has the directed probe.
    private func expectProofs(_ targets: [String: TargetAnswer], _ daemon: borrowing RunningDaemon) throws {
        for endpoint in ["127.0.0.1:40002", "[::1]:40002", "\(Wire.address):40002"] {
            let target = try #require(targets[endpoint])
            #expect(target.remedy?.reserve == "40002")
            guard KernelFeature.hasLocalPortRange else { continue }
            #expect(target.proof == "directed")
            let probe = try #require(try daemon.target(endpoint).directed?.first { $0.client == "connect" })
            #expect(probe.outcome == "self-connected" && probe.attempts == 1)
            #expect(probe.local == endpoint && probe.peer == endpoint)
        }
        for endpoint in ["127.0.0.1:40003", "[::1]:40003"] {
            let clients = try #require(targets[endpoint]).clients
            #expect(clients["connect"]?.exposure == "rare" && clients["bind"]?.exposure == "likely")
        }
        #expect(targets["127.0.1.1:40002"]?.clients["bind-late"]?.exposure == "likely")
        #expect(try daemon.target("192.0.2.1:40002").directed == nil, "nothing may be sent there")
        #expect(targets["127.0.0.1:40004"]?.holder?.state == "listening")
        #expect(targets["127.0.0.1:40012"]?.holder?.state == "source")
    }

    /// The original experiment self-connects, after a random number of attempts.
    private func expectLoops(_ daemon: borrowing RunningDaemon) throws {
        for endpoint in ["127.0.0.1:40002", "[::1]:40002"] {
            var loop: TargetAnswer.Observation?
            let hasClosed = try Waiting.holds(every: .milliseconds(100)) {
                loop = try daemon.target(endpoint).loop
                return loop?.outcome == "self-connected"
            }
            #expect(hasClosed, "\(endpoint): \(loop.map { "\($0)" } ?? "no loop")")
            #expect((1..<100_000).contains(loop?.attempts ?? 0))
            #expect(loop?.local == endpoint && loop?.peer == endpoint)
        }
        var skipped: TargetAnswer.Observation?
        _ = try Waiting.holds(every: .milliseconds(100)) {
            skipped = try daemon.target("127.0.0.1:40003").loop
            return skipped != nil
        }
        #expect(skipped?.outcome == "skipped" && skipped?.reason?.isEmpty == false)
    }

    private func expectPacketCountToGrow(_ packets: Int) throws {
        let foreign = try TCPSocket(for: try IPAddress("192.0.2.1"))
        try foreign.setConnectTimeout(.milliseconds(50))
        _ = try? foreign.connect(to: try SocketAddress(try Endpoint("192.0.2.1:40002")))
        #expect(try Wire.packetCount() > packets)
    }

    private static let configuration = """
        probe: {interval: 1s, loop: {interval: 1s, cpu: 20%}}
        targets:
          - {name: free, ports: [40002, 40003]}
          - {name: served, ports: [40004, 40008]}
          - {name: bind-too, ports: 40006, addresses: "::1", clients: [connect, bind]}
          - {name: reserved, ports: 40505}
          - {name: outside, ports: 30000}
          - {name: alias, ports: 40002, addresses: 127.0.1.1}
          - {name: network-card, ports: 40002, addresses: \(Wire.address)}
          - {name: foreign, ports: 40002, addresses: [192.0.2.1, "2001:db8::1"]}
          - {name: looped, ports: 40010}
          - {name: stolen, ports: [40012, 40014]}
        """

    private static let rows: [Row] =
        [
            Row(endpoint: "127.0.1.1:40002", verdict: "not-self", severity: "notice", reason: "bind 127.0.1.1 first"),
            Row(endpoint: "192.0.2.1:40002", verdict: "not-self", severity: "ok", reason: "nothing was sent"),
            Row(endpoint: "[2001:db8::1]:40002", verdict: "not-self", severity: "ok", reason: "nothing was sent"),
            Row(endpoint: "\(Wire.address):40002", verdict: "susceptible", severity: "critical"),
            Row(
                endpoint: "[::1]:40006", verdict: "susceptible", severity: "warning",
                reason: "on 127.0.0.1:40006 leaves ::1 open"),
            Row(endpoint: "127.0.0.1:9293", verdict: "outside-range", severity: "ok"),
        ]
        + ["127.0.0.1", "[::1]"].flatMap { address in
            [
                Row(
                    endpoint: "\(address):40002", verdict: "susceptible", severity: "critical",
                    reason: "likely for clients of kind connect"),
                Row(
                    endpoint: "\(address):40003", verdict: "susceptible", severity: "warning",
                    reason: "rare for connect"),
                Row(endpoint: "\(address):40004", verdict: "latent", severity: "warning", reason: "on 127.0.0.1:40004"),
                Row(endpoint: "\(address):40008", verdict: "latent", severity: "warning", reason: "on [::1]:40008"),
                Row(endpoint: "\(address):40505", verdict: "reserved", severity: "ok"),
                Row(endpoint: "\(address):30000", verdict: "outside-range", severity: "ok"),
                Row(
                    endpoint: "\(address):40010", verdict: "self-connected", severity: "critical",
                    reason: "connected to itself on \(address):40010"),
                Row(
                    endpoint: "\(address):40012", verdict: "stolen", severity: "critical",
                    reason: "to \(address):30001"),
                Row(
                    endpoint: "\(address):40014", verdict: "stolen", severity: "critical",
                    reason: "to \(address):30001"),
            ]
        }
}
