import SelfConnect
import Testing

/// The ports that the advice reserves, and its other contents.
@Suite struct AdviceTests {
    @Test("A free port and a held port are reserved, a safe one is not") func reserves() {
        let advice = Advice([finding(50010), finding(50012, holder: .listening), finding(80)], kernel: kernel)
        #expect(advice.items.map(\.recommendation) == [.nothing, .reserve, .reserve])
        #expect("\(advice.additions)" == "50010,50012")
    }

    @Test("Reserved ports stay reserved, and the list is sorted and as short as possible") func merges() {
        var kernel = kernel
        kernel.reservedPorts = PortSet(ports: [33333, 50011, 50020])
        let advice = Advice([50012, 50010, 50020].map { finding($0, kernel: kernel) }, kernel: kernel)
        #expect("\(advice.remedy?.ports ?? PortSet())" == "33333,50010-50012,50020")
        #expect(advice.items.map(\.finding.target.endpoint.port) == [50010, 50012, 50020])
    }

    @Test("Advice that was applied reserves no further port", arguments: [50010, 50011, 60999] as [UInt16])
    func idempotent(_ port: UInt16) {
        var kernel = kernel
        let first = LastingRemedy([finding(port)], on: kernel)
        kernel.reservedPorts = first.ports
        let again = Advice([finding(port, kernel: kernel)], kernel: kernel)
        #expect(again.additions.isEmpty && again.items.map(\.recommendation) == [.keep])
        #expect(again.remedy?.line == first.line && again.remedy?.others == first.others)
    }

    @Test("Advice that leaves clients too few ports is harmful; ports that are already reserved do not count")
    func harm() {
        var kernel = kernel
        kernel.reservedPorts = PortSet([PortRange(32768, 46883)])
        let one = Advice([finding(50010, kernel: kernel)], kernel: kernel)
        #expect(one.isHarmful && one.scarcity == nil && one.remedy?.clientPorts.count == 14_115)
        kernel.reservedPorts.insert(50010)
        let none = Advice([finding(50010, kernel: kernel)], kernel: kernel)
        #expect(!none.isHarmful && none.scarcity?.count == 14_115)
        #expect(!Advice([finding(50010)], kernel: self.kernel).isHarmful)
        let small = KernelFacts(ephemeralRange: PortRange(50000, 50063), reservedPorts: PortSet(ports: [50010]))
        #expect(Advice([], kernel: small).scarcity == nil, "the range is small, not what is reserved of it large")
        #expect(!Advice([], kernel: nil).isHarmful)
    }

    @Test("A connection that has the port has to end, and the port is reserved against further ones")
    func stolen() {
        let advice = Advice([finding(50010, holder: .source), finding(50012, holder: .selfConnected)], kernel: kernel)
        #expect(advice.items.map(\.recommendation) == [.endAndReserve, .endAndReserve])
    }

    @Test("For a connection on a port that the kernel gives to no client, ending it is enough") func stolenOutside() {
        let advice = Advice([finding(5000, holder: .source)], kernel: kernel)
        #expect(advice.items.map(\.recommendation) == [.end] && advice.additions.isEmpty)
    }

    @Test("A probe that was hindered does not make a port safe: it is reserved") func hindered() {
        let evidence = Evidence(
            endpoint: Endpoint(.loopback4, 50010), clients: [.connect], kernel: kernel, address: own,
            probes: ProbeResults(directed: [.connect: Observation(client: .connect, outcome: .timedOut, at: now)]))
        let advice = Advice([Finding(target(50010), at: now, evidence: evidence)], kernel: kernel)
        #expect(advice.items.map(\.finding.assessment.verdict) == [.inconclusive])
        #expect(advice.items.map(\.recommendation) == [.reserve])
    }

    @Test("A target that could not be surveyed is inconclusive and gets no advice")
    func notLookedAt() {
        let finding = Finding(target(50010), at: now, evidence: Evidence(of: target(50010), surveyFault: "it is gone"))
        #expect(finding.assessment.verdict == .inconclusive && !finding.needsReserving)
        #expect(finding.assessment.reason == "No verdict on port 50010: it is gone.")
        #expect(ClientKind.allCases.allSatisfy { finding.assessment.exposures[$0]?.level == .unknown })
        let advice = Advice([finding], kernel: nil, namespace: "blue")
        #expect(advice.items.map(\.recommendation) == [.resurvey] && advice.additions.isEmpty)
    }

    private let now = Timestamp(nanoseconds: 0)
    private let kernel = KernelFacts()
    private let own = AddressFacts(isOwn: true, routeSource: .loopback4)

    private func target(_ port: UInt16) -> Target { Target(name: "t", endpoint: Endpoint(.loopback4, port)) }

    private func finding(_ port: UInt16, kernel: KernelFacts? = nil, holder: Holder.State? = nil) -> Finding {
        let endpoint = Endpoint(.loopback4, port)
        let socket = SocketRecord(state: .established, local: endpoint, peer: endpoint)
        let holders = holder.map { [Holder(state: $0, socket: socket, conflicts: true)] } ?? []
        let evidence = Evidence(
            endpoint: endpoint, clients: [.connect], kernel: kernel ?? self.kernel, address: own,
            sockets: PortSockets(holders: holders))
        return Finding(target(port), at: now, evidence: evidence)
    }
}
