// Connections with equal endpoints: clients that NAT has redirected to a service, which look like self-connections in
// every table of sockets, and real self-connections, whatever is sent over them.

import Glibc
import Probing
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite(
    .enabled(if: RedirectedService.isAvailable, "\(RedirectedService.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct EqualNamesTests {
    /// A client whose source port is the port that it connects to.
    private static func client(of endpoint: Endpoint) throws -> PlainSocket {
        let socket = try PlainSocket(for: endpoint.address)
        try socket.resetOnClose()
        try socket.sendAtOnce()
        try socket.choosePort(from: PortRange(endpoint.port, endpoint.port))
        try socket.connect(to: endpoint)
        #expect(try socket.isSelfConnected(), "its names are equal")
        return socket
    }

    /// The result of a new check of the connection at an endpoint.
    private static func proof(at endpoint: Endpoint) throws -> SelfConnectionProof? {
        var survey = try SocketSurvey(.sockDiag)
        return try survey.table().sockets(on: endpoint.port).first { $0.local == $0.peer }?.selfConnection
    }

    private static func expectNoClaim(of target: Target, _ survey: inout Survey) throws {
        let state = try survey.readState()
        #expect(SocketCensus(state.sockets, in: state.kernel.ephemeralRange).selfConnections.isEmpty)
        let finding = try survey.survey(target, in: state)
        #expect(finding.assessment.verdict == .stolen, "\(finding.assessment.reason)")
        let words = ["redirected to another socket", "an unconfirmed self-connection: its segment counters"]
        #expect(words.contains(where: finding.assessment.reason.contains), "\(finding.assessment.reason)")
        #expect(finding.evidence.probes.directed.values.allSatisfy { $0.outcome != .selfConnected })
    }

    @Test(
        "A client that is connected to a service behind NAT is not a self-connection", arguments: RedirectionTests.rows)
    func idle(row: RedirectionTests.Row) throws {
        try PrivateNetwork.run {
            let service = try RedirectedService(row.way, from: "40000")
            var survey = try Survey(timeout: .milliseconds(250))
            let client = try Self.client(of: row.endpoint)
            #expect(try Self.proof(at: row.endpoint) == .refuted)
            try Self.expectNoClaim(of: row.target, &survey)
            withExtendedLifetime((client, service)) {}
        }
    }

    @Test(
        "A client of an echo service behind NAT is not a self-connection, even with equal counters",
        arguments: RedirectionTests.rows)
    func echo(row: RedirectionTests.Row) throws {
        try PrivateNetwork.run {
            let service = try RedirectedService(row.way, from: "40000")
            let listener = service.listeners[row.endpoint.address.isIPv6 ? 1 : 0]
            // Slower than the kernel's delayed acknowledgements.
            let server = try EchoServer(on: listener, thinkingTime: .milliseconds(60))
            var clients: [PlainSocket] = []
            let isEqual = try Waiting.holds {
                clients = []
                clients = [try Self.client(of: row.endpoint)]
                return try Self.makeCountersEqual(of: clients[0], at: row.endpoint)
            }
            #expect(isEqual)
            let (connections, syns) = (server.connectionCount, try service.synCount())
            #expect(try Self.proof(at: row.endpoint) == .unconfirmed)
            #expect(try service.synCount() - syns <= 1)
            var survey = try Survey(timeout: .milliseconds(250))
            for _ in 0..<20 { try Self.expectNoClaim(of: row.target, &survey) }
            #expect(try service.synCount() - syns <= 2, "each survey asks once")
            let exchange = try Repetition { [client = clients[0]] in _ = client.send([1]) && client.receive(1) }
            for _ in 0..<100 { #expect(try Self.proof(at: row.endpoint) != .proved) }
            exchange.stop()
            #expect(server.connectionCount == connections)
        }
    }

    /// Exchanges octets with an echo service until the connection is idle and all its counters are equal; returns
    /// whether they are.
    ///
    /// The service acknowledges each octet before it sends it back; the client sends separate acknowledgements only for
    /// the first octets and for those after which it sends nothing.
    private static func makeCountersEqual(of client: PlainSocket, at endpoint: Endpoint) throws -> Bool {
        var diag = try SockDiag()
        let record = try #require(try diag.table(port: endpoint.port).equalNames.first)
        for _ in 0..<20 {
            let counters = try #require(try diag.information(about: record)?.counters)
            if counters.dataSegmentsOut > 0, counters.areOfSelfConnection { return true }
            guard counters.segmentsOut >= counters.segmentsIn else { return false }
            for _ in 0...(counters.segmentsOut - counters.segmentsIn + 1) {
                guard client.send([1]), client.receive(1) else { return false }
            }
            Thread.sleep(.milliseconds(100))
        }
        return false
    }

    @Test(
        "A real self-connection is found at once, for any amount of exchanged data",
        arguments: ["127.0.0.1:40000", "[::1]:40000"], [1, 1000, 100_000])
    func real(endpoint: String, size: Int) throws {
        try PrivateNetwork.run {
            let endpoint = try Endpoint(endpoint)
            let client = try Self.client(of: endpoint)
            #expect(try Self.proof(at: endpoint) == .proved)
            let octets = [UInt8](repeating: 1, count: size)
            let writer = try Repetition { _ = client.send(octets) }
            let reader = try Repetition { _ = client.receive(65_536) }
            var proofs: [SelfConnectionProof?: Int] = [:]
            for _ in 0..<100 { proofs[try Self.proof(at: endpoint), default: 0] += 1 }
            #expect(proofs[.refuted] == nil && proofs[.proved, default: 0] >= 90, "\(proofs)")
            var survey = try Survey(timeout: .milliseconds(250))
            let target = Target(name: "test", endpoint: endpoint)
            for _ in 0..<5 {
                #expect(try survey.survey(target, in: survey.readState()).assessment.verdict == .selfConnected)
            }
            // Ends the threads.
            shutdown(client.number, Int32(SHUT_RDWR))
            writer.stop()
            reader.stop()
        }
    }

    @Test(
        "A client behind NAT whose owner sends endlessly and never reads is not a self-connection",
        arguments: [1000, 100_000])
    func unread(size: Int) throws {
        try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40000")
            let client = try Self.client(of: endpoint)
            let octets = [UInt8](repeating: 1, count: size)
            let isFull = Waiting.holds(every: .zero) {
                octets.withUnsafeBytes {
                    Glibc.send(client.number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL)) < 0
                }
            }
            #expect(isFull)
            var proofs: Set<SelfConnectionProof?> = []
            let isFound = try Waiting.holds(every: .milliseconds(50)) {
                proofs.insert(try Self.proof(at: endpoint))
                return proofs.contains(.proved)
            }
            #expect(isFound && !proofs.contains(.refuted), "\(proofs)")
            withExtendedLifetime(client) {}
        }
    }

    @Test(
        "The connection of check is a self-connection only if no service answers", arguments: [false, true])
    func ownConnection(isRedirected: Bool) throws {
        try PrivateNetwork.run(range: PortRange(40000, 40000), reserved: "") {
            let service = try RedirectedService(from: isRedirected ? "40000" : nil)
            for address in [IPAddress.loopback4, .loopback6] {
                let place = ListeningPlace.tcp(Endpoint(address, 40000))
                let socket = try ClientSocket.connected(to: place, by: Clock.monotonic + .seconds(5))
                #expect(try socket.isSelfConnected() == !isRedirected)
            }
            #expect(service.isReached == isRedirected)
        }
    }
}
