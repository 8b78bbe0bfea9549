// Whole surveys in real namespaces: range 40000-41000, 40500-40509 reserved.

import Linux
import Probing
import SelfConnect
import Synchronization
import TestSupport
import Testing

@Suite(
    .enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct SurveyTests {
    /// How a port is held, an endpoint of it, and the expected result for these client kinds.
    struct Row: Sendable, CustomTestStringConvertible {
        let holding: Holding
        let endpoint: String
        let clients: Set<ClientKind>
        let verdict: Verdict
        let severity: Severity

        init(
            _ endpoint: String, _ holding: Holding, _ clients: Set<ClientKind>, _ verdict: Verdict, _ severity: Severity
        ) {
            self.endpoint = endpoint
            self.holding = holding
            self.clients = clients
            self.verdict = verdict
            self.severity = severity
        }

        var testDescription: String {
            "\(endpoint), \(holding), \(clients.sorted().map(\.rawValue).joined(separator: ","))"
        }
    }

    static let rows = [
        // Free: even ports for clients that only connect, odd ones for those that bind.
        Row("127.0.0.1:40002", .susceptible, .critical),
        Row("[::1]:40002", .susceptible, .critical),
        Row("[::ffff:127.0.0.1]:40002", .susceptible, .critical),
        Row("0.0.0.0:40002", .susceptible, .critical),
        Row("[::]:40002", .susceptible, .critical),
        Row("127.0.0.1:40003", .susceptible, .warning),
        Row("[::1]:40003", .susceptible, .warning),
        Row("127.0.0.1:40003", .free, [.bind], .susceptible, .critical),
        Row("[::1]:40003", .free, [.bind], .susceptible, .critical),
        Row(
            "127.0.0.1:40003", .free, [.range], .susceptible,
            KernelFeature.rangeWalksBothParities ? .critical : .warning),
        Row("127.0.0.1:40002", .free, [.bindLate], .susceptible, .critical),
        // Held by a server: its address only matters for clients that bind.
        Row("127.0.0.1:40004", .listening("127.0.0.1"), .latent, .warning),
        Row("127.0.0.1:40004", .listening("127.0.0.1"), [.bind], .latent, .warning),
        Row("[::1]:40004", .listening("::1"), .latent, .warning),
        Row("[::1]:40004", .listening("127.0.0.1"), .latent, .warning),
        Row("[::1]:40004", .listening("127.0.0.1"), [.connect, .bind], .susceptible, .warning),
        Row("[::1]:40005", .listening("127.0.0.1"), [.bind], .susceptible, .critical),
        Row("127.0.0.1:40005", .listening("::1"), [.bind], .susceptible, .critical),
        Row("[::1]:40005", .listening("0.0.0.0"), [.bind], .susceptible, .critical),
        Row("[::1]:40005", .listening("::"), [.bind], .latent, .warning),
        Row("127.0.0.1:40005", .listening("::"), [.bind], .latent, .warning),
        KernelFeature.showsBoundSockets
            ? Row("127.0.0.1:40004", .bound("127.0.0.1"), .stolen, .critical)
            : Row("127.0.0.1:40004", .bound("127.0.0.1"), .latent, .warning),
        KernelFeature.showsBoundSockets
            ? Row("[::1]:40004", .bound("::"), .stolen, .critical)
            : Row("[::1]:40004", .bound("::"), .latent, .warning),
        // Reserved, outside, or another address.
        Row("127.0.0.1:40505", .reserved, .ok),
        Row("[::1]:40505", .reserved, .ok),
        Row("127.0.0.1:40505", .listening("127.0.0.1"), .reserved, .ok),
        Row("127.0.0.1:30000", .outsideRange, .ok),
        Row("[::1]:30000", .outsideRange, .ok),
        Row("127.0.0.1:39999", .outsideRange, .ok),
        Row("127.0.0.1:41001", .outsideRange, .ok),
        Row("127.0.0.1:30000", .listening("127.0.0.1"), .outsideRange, .ok),
        Row("127.0.1.1:40002", .notSelf, .notice),
        Row("127.0.1.1:40002", .free, [.bindLate], .susceptible, .critical),
        Row("192.0.2.1:40002", .notSelf, .ok),
        Row("[2001:db8::1]:40002", .notSelf, .ok),
        // A problem exists.
        Row("127.0.0.1:40010", .selfConnected("127.0.0.1"), .selfConnected, .critical),
        Row("[::1]:40010", .selfConnected("::1"), .selfConnected, .critical),
        Row("127.0.0.1:40010", .selfConnected("127.0.0.1", isBound: true), .selfConnected, .critical),
        Row("127.0.0.1:40010", .selfConnected("::ffff:127.0.0.1"), .selfConnected, .critical),
        Row("127.0.0.1:30010", .selfConnected("127.0.0.1", isBound: true), .selfConnected, .critical),
        // Its server would bind [::], which includes IPv4.
        Row("[::1]:40010", .selfConnected("127.0.0.1"), .stolen, .critical),
        Row("127.0.0.1:40012", .source("127.0.0.1"), .stolen, .critical),
        Row("[::1]:40012", .source("::1"), .stolen, .critical),
        Row("127.0.0.1:40012", .source("127.0.0.1", isBound: true), .stolen, .critical),
        Row("[::1]:40012", .source("127.0.0.1"), .stolen, .critical),
        // Closed, but maybe not available to a server: that depends on SO_REUSEADDR, which only the kernel knows.
        Row("127.0.0.1:40014", .timeWait("127.0.0.1"), .stolen, .warning),
        Row("[::1]:40014", .timeWait("::1"), .stolen, .warning),
        Row("127.0.0.1:40014", .timeWait("127.0.0.1", reusesAddress: true), .susceptible, .critical),
        Row("127.0.0.1:40014", .closedSource("127.0.0.1"), .stolen, .warning),
        Row("127.0.0.1:40014", .orphan("127.0.0.1"), .stolen, .warning),
        Row("127.0.0.1:40014", .closedAccepted("127.0.0.1"), .susceptible, .critical),
        Row("127.0.0.1:40012", .accepted("127.0.0.1"), .latent, .warning),
    ]

    @Test("The verdict matches the holder and the endpoint", arguments: rows) func verdicts(row: Row) throws {
        let endpoint = try Endpoint(row.endpoint)
        let assessment = try PrivateNetwork.run {
            let sockets = try row.holding.take(endpoint.port)
            defer { withExtendedLifetime(sockets) {} }
            return try Survey.survey(endpoint, for: row.clients).assessment
        }
        #expect(assessment.verdict == row.verdict, "\(assessment.reason)")
        #expect(assessment.severity == row.severity, "\(assessment.reason)")
        // If a bind() beside a connection would leave a trace, there is no test bind.
        let isAsked = KernelFeature.restoresPortState || row.verdict != .stolen
        if isAsked { #expect(assessment.proof == (row.isProbed ? .directed : .analysis)) }
    }

    @Test("A free port is proved in one attempt per client kind, and a loop closes after at least one attempt")
    func proof() throws {
        let endpoint = try Endpoint("127.0.0.1:40002")
        let (finding, loop) = try PrivateNetwork.run {
            let finding = try Survey.survey(endpoint)
            var loop = try LoopProbe(to: endpoint, plan: ProbePlan(attempts: 1_000_000))
            return (finding, loop.advance(1_000_000))
        }
        #expect(finding.evidence.probes.directed.count == 4)
        #expect(finding.evidence.probes.directed.values.allSatisfy { $0.outcome == .selfConnected && $0.attempts == 1 })
        #expect(loop?.outcome == .selfConnected)
        #expect(loop.map { $0.attempts > 0 } == true)
    }

    @Test("A port of the other parity is rare for clients that connect and likely for those that bind")
    func parity() throws {
        let finding = try PrivateNetwork.run { try Survey.survey(Endpoint("127.0.0.1:40003")) }
        let assessment = finding.assessment
        #expect(assessment.exposures[.connect]?.level == .rare)
        #expect(assessment.exposures[.bindLate]?.level == .rare)
        #expect(assessment.exposures[.bind]?.level == .likely)
        let kernel = finding.evidence.kernel
        let ofRange = kernel.directedProbe ? PortParity(kernel).exposure(of: .range, even: false) : nil
        #expect(assessment.exposures[.range]?.level == ofRange)
        #expect(assessment.reason.contains("likely for clients of kind bind"))
        #expect(assessment.reason.contains("rare for connect"))
    }

    @Test(
        "No packet is sent to a foreign address for any verdict",
        .enabled(if: VirtualPair.isAvailable, "\(VirtualPair.hindrance ?? "")"),
        .enabled(if: PacketFilter.isAvailable, "\(PacketFilter.hindrance ?? "")"))
    func foreignAddress() throws {
        let (verdict, sent) = try PrivateNetwork.run {
            try VirtualPair.make()
            try Command.script("ip route add default via 192.168.77.9")
            try PacketFilter.count("ip daddr 192.0.2.1")
            var verdict: Verdict?
            for _ in 0..<100 {
                let kinds = Set(ClientKind.allCases)
                verdict = try Survey.survey(Endpoint("192.0.2.1:40002"), for: kinds).assessment.verdict
            }
            return (verdict, try PacketFilter.counted())
        }
        #expect(verdict == .notSelf)
        #expect(sent == 0)
    }

    @Test("The next survey follows a change of the listener, the range or the reserved ports") func changes() throws {
        let verdicts = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40002")
            var survey = try Survey(timeout: .milliseconds(250))
            var verdicts: [Verdict] = []
            func look() throws {
                let target = Target(name: "test", endpoint: endpoint)
                verdicts.append(try survey.survey(target, in: survey.readState()).assessment.verdict)
            }
            try look()
            do {
                let server = try PlainSocket.listener(on: endpoint)
                try look()
                withExtendedLifetime(server) {}
            }
            try look()
            try PrivateNetwork.write("40002", to: "net/ipv4/ip_local_reserved_ports")
            try look()
            try PrivateNetwork.write("", to: "net/ipv4/ip_local_reserved_ports")
            try look()
            try PrivateNetwork.write("50000 51000", to: "net/ipv4/ip_local_port_range")
            try look()
            return verdicts
        }
        #expect(verdicts == [.susceptible, .latent, .susceptible, .reserved, .susceptible, .outsideRange])
    }

    @Test("An outdated namespace state is corrected by a new lookup of the holders") func oldState() throws {
        let (came, went) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40002")
            let target = Target(name: "test", endpoint: endpoint)
            var survey = try Survey(timeout: .milliseconds(250))
            let before = try survey.readState()
            let came: Finding
            let during: NamespaceState
            do {
                let server = try PlainSocket.listener(on: endpoint)
                came = try survey.survey(target, in: before)
                during = try survey.readState()
                withExtendedLifetime(server) {}
            }
            return (came, try survey.survey(target, in: during))
        }
        #expect(came.assessment.verdict == .latent)
        #expect(came.evidence.holders.map(\.state) == [.listening])
        #expect(went.assessment.verdict == .susceptible)
        #expect(went.evidence.holders.isEmpty)
    }

    @Test(
        "A self-connection of microseconds does not change the verdict",
        arguments: ClientKind.allCases)
    func otherProber(kind: ClientKind) throws {
        let (wrong, probes) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40002")
            let target = Target(name: "test", endpoint: endpoint)
            let kernel = try KernelSurvey().read()
            let other = try Repetition { _ = try? DirectedProbe.run(kind, to: endpoint, kernel: kernel) }
            var survey = try Survey(timeout: .milliseconds(250))
            var wrong: [String] = []
            let start = Clock.monotonic
            // On a busy machine the other prober may not be scheduled for a while.
            while Clock.monotonic - start < .milliseconds(1500)
                || (other.count <= 1000 && Clock.monotonic - start < Waiting.limit)
            {
                let state = try survey.readState()
                let finding = try survey.survey(target, in: state)
                if [.selfConnected, .stolen, .redirected].contains(finding.assessment.verdict) {
                    wrong.append("\(finding.assessment.reason) \(finding.evidence.holders)")
                }
            }
            return (wrong, other.stop())
        }
        #expect(wrong.isEmpty)
        #expect(probes > TestScale.repetitions(1000))
    }

    @Test("A persistent self-connection changes the verdict and causes one short wait") func lasting() throws {
        let (verdicts, waits) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40002")
            let target = Target(name: "test", endpoint: endpoint)
            let kernel = try KernelSurvey().read()
            let held = try Holding.selfConnected("127.0.0.1").take(40002)
            let other = try Repetition { _ = try? DirectedProbe.run(.connect, to: endpoint, kernel: kernel) }
            let slept = Slept()
            var survey = try Survey(timeout: .milliseconds(250), wait: slept.note)
            var verdicts: Set<Verdict> = []
            var waits: [Duration] = []
            for _ in 0..<50 {
                verdicts.insert(try survey.survey(target, in: survey.readState()).assessment.verdict)
                waits.append(slept.sum)
            }
            other.stop()
            withExtendedLifetime(held) {}
            return (verdicts, waits)
        }
        #expect(verdicts == [.selfConnected])
        #expect(waits.first.map { $0 < .milliseconds(250) } == true)
        #expect(Set(waits).count == 1)
    }

    @Test("A self-connection that looks like a probe has to last longer") func marked() throws {
        let (verdict, waited) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40002")
            let socket = try TCPSocket(for: .loopback4)
            try socket.setLocalPortRange(PortRange(40002, 40002))
            _ = try socket.connect(to: SocketAddress(endpoint))
            let slept = Slept()
            var survey = try Survey(timeout: .milliseconds(250), wait: slept.note)
            let finding = try survey.survey(Target(name: "test", endpoint: endpoint), in: survey.readState())
            withExtendedLifetime(socket) {}
            return (finding.assessment.verdict, slept.sum)
        }
        #expect(verdict == .selfConnected)
        #expect(waited >= .milliseconds(250) && waited < .seconds(1))
    }

    @Test(
        "A port with short self-connections is never reported as free",
        arguments: [10, 100])
    func brief(milliseconds: Int) throws {
        let (verdicts, unexplained) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40002")
            var unexplained: [String] = []
            let other = try Repetition {
                guard let held = try? Holding.selfConnected("127.0.0.1").take(40002) else { return }
                Thread.sleep(.milliseconds(Int64(milliseconds)))
                withExtendedLifetime(held) {}
            }
            let target = Target(name: "test", endpoint: endpoint)
            var survey = try Survey(timeout: .milliseconds(250))
            var verdicts: [Verdict: Int] = [:]
            for _ in 0..<TestScale.repetitions(100) {
                let assessment = try survey.survey(target, in: survey.readState()).assessment
                verdicts[assessment.verdict, default: 0] += 1
                // While this thread is not scheduled, a self-connection may be reset before its origin is known.
                if assessment.verdict == .inconclusive, !assessment.reason.contains("come and go") {
                    unexplained.append(assessment.reason)
                }
            }
            other.stop()
            return (verdicts, unexplained)
        }
        #expect(verdicts[.selfConnected, default: 0] > 0)
        #expect(unexplained.isEmpty)
    }

    @Test("A survey leaves no trace") func leavesNothing() throws {
        let left = try PrivateNetwork.run {
            for port in UInt16(40000)..<40000 + UInt16(TestScale.repetitions(200)) {
                for address in [IPAddress.loopback4, .loopback6] {
                    _ = try Survey.survey(Endpoint(address, port), for: Set(ClientKind.allCases))
                }
            }
            return try PrivateNetwork.socketsLeft()
        }
        #expect(left.isEmpty)
    }

    @Test(
        "A loop is safe if it cannot reach another socket",
        arguments: [
            ("127.0.0.1:40002", .free, true), ("[::1]:40002", .free, true),
            ("127.0.0.1:40002", .listening("127.0.0.1"), false), ("127.0.0.1:40002", .bound("0.0.0.0"), false),
            ("127.0.0.1:30000", .free, false), ("192.0.2.1:40002", .free, false), ("127.0.0.1:40505", .free, false),
        ] as [(String, Holding, Bool)])
    func isSafeToLoop(row: (String, Holding, Bool)) throws {
        let isSafeToLoop = try PrivateNetwork.run {
            let endpoint = try Endpoint(row.0)
            let sockets = try row.1.take(endpoint.port)
            defer { withExtendedLifetime(sockets) {} }
            var survey = try Survey(timeout: .milliseconds(250))
            return try survey.isSafeToLoop(endpoint, for: .connect)
        }
        #expect(isSafeToLoop == row.2)
    }
}

/// Sleeps, and records for how long.
private final class Slept: Sendable {
    private let account = Mutex(Duration.zero)

    var sum: Duration { account.withLock { $0 } }

    func note(_ duration: Duration) {
        account.withLock { $0 += duration }
        Thread.sleep(duration)
    }
}

extension SurveyTests.Row {
    /// An endpoint with a verdict and a severity, if the port is free and clients only connect.
    fileprivate init(_ endpoint: String, _ verdict: Verdict, _ severity: Severity) {
        self.init(endpoint, .free, [.connect], verdict, severity)
    }

    /// The same if the port is held.
    fileprivate init(_ endpoint: String, _ holding: Holding, _ verdict: Verdict, _ severity: Severity) {
        self.init(endpoint, holding, [.connect], verdict, severity)
    }

    /// Whether a directed probe was due: in the range, and on a local address.
    fileprivate var isProbed: Bool {
        let isForeign = endpoint.hasPrefix("192.0.2.") || endpoint.hasPrefix("[2001:")
        return !isForeign && verdict != .outsideRange && !endpoint.hasSuffix(":30010")
            && (!endpoint.hasSuffix(":40014") || verdict == .stolen)
    }
}

extension Survey {
    /// A survey in the calling thread's namespace.
    static func survey(_ endpoint: Endpoint, for clients: Set<ClientKind> = [.connect]) throws -> Finding {
        var survey = try Survey(timeout: .milliseconds(250), isOneShot: true)
        let target = Target(name: "test", endpoint: endpoint, clients: clients)
        return try survey.survey(target, in: survey.readState())
    }
}
