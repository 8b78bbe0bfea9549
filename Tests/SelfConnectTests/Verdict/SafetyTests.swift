import Testing

@testable import SelfConnect

@Suite struct SafetyTests {
    private static func evidence(_ text: String, _ route: AddressFacts.Route) throws -> Evidence {
        Evidence(
            endpoint: try Endpoint(text), clients: [.connect],
            kernel: KernelFacts(reservedPorts: try PortSet(kernelText: "50505")), address: AddressFacts(route))
    }

    @Test("Each safe verdict requires an observation") func seen() throws {
        let own = AddressFacts.Route.own(source: .loopback4)
        #expect(try Safety(Self.evidence("127.0.0.1:80", own)) == .outsideRange(PortRange(32768, 60999)))
        #expect(try Safety(Self.evidence("127.0.0.1:50505", own)) == .reserved)
        #expect(try Safety(Self.evidence("127.0.0.2:50010", own)) == .notSelf)
        #expect(try Safety(Self.evidence("192.0.2.1:50010", .elsewhere(source: nil))) == .notSelf)
        #expect(try Safety(Self.evidence("127.0.0.1:50010", own)) == nil)
    }

    @Test("At an address of another host no kind of client meets itself, whether it binds an address or not")
    func elsewhere() throws {
        var evidence = try Self.evidence("192.0.2.1:50010", .elsewhere(source: nil))
        for kind in ClientKind.allCases {
            evidence.clients = [kind]
            #expect(Safety(evidence) == .notSelf, "\(kind)")
        }
    }

    @Test("A client kind counts as impossible only if the kernel is known to lack it") func clients() throws {
        var evidence = try Self.evidence("127.0.0.1:50010", .own(source: .loopback4))
        evidence.clients = [.range]
        evidence.kernel.directedProbe = false
        #expect(Assessment(evidence).verdict == .notSelf)
        evidence.kernel.isDirectedProbeUnknown = true
        #expect(Assessment(evidence).verdict == .susceptible)
    }

    @Test("Unknown facts never lead to safety or to a verdict of severity ok")
    func unanswered() throws {
        var evidence = try Self.evidence("127.0.0.1:50010", .unknown("refused"))
        #expect(Safety(evidence) == nil)
        #expect(Assessment(evidence).verdict == .inconclusive)
        #expect(Assessment(evidence).severity == .warning)
        evidence = try Self.evidence("127.0.0.1:80", .own(source: .loopback4))
        evidence.surveyFault = "the range could not be read"
        #expect(Safety(evidence) == nil)
        #expect(Assessment(evidence).verdict == .inconclusive)
    }
}
