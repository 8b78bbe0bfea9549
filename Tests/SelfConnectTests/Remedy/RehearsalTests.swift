import SelfConnect
import Testing

/// What a rehearsal proves.
@Suite struct RehearsalTests {
    @Test("The remedy holds if the probe connected to itself before and was refused the port after") func holds() {
        #expect(trial(before: .selfConnected, after: .notAvailable, reserved: true).outcome == .holds)
    }

    @Test("The remedy fails if a configured client kind can still connect to itself") func fails() {
        #expect(trial(before: .selfConnected, after: .selfConnected, reserved: false).outcome == .fails)
    }

    @Test("The rehearsal proves nothing if no probe connected to itself before or a probe was hindered after")
    func inconclusive() {
        #expect(trial(before: .timedOut, after: .notAvailable, reserved: true).outcome == .inconclusive)
        #expect(trial(before: .refused, after: .notAvailable, reserved: true).outcome == .inconclusive)
        #expect(trial(before: .selfConnected, after: .timedOut, reserved: true).outcome == .inconclusive)
        #expect(trial(before: .selfConnected, after: .notAvailable, reserved: false).outcome == .inconclusive)
    }

    @Test("Rules without a probe prove nothing") func analysis() {
        #expect(trial(before: nil, after: nil, reserved: true).outcome == .inconclusive)
    }

    @Test("Failure outweighs an inconclusive result, and that outweighs success") func precedence() {
        #expect(Rehearsal.mostSevere([]) == .holds)
        #expect(Rehearsal.mostSevere([.holds, .inconclusive]) == .inconclusive)
        #expect(Rehearsal.mostSevere([.inconclusive, .fails, .holds]) == .fails)
    }

    private func trial(
        before: Observation.Outcome?, after: Observation.Outcome?, reserved: Bool
    ) -> Rehearsal.Trial {
        let target = Target(name: "t", endpoint: Endpoint(.loopback4, 50010))
        let ports = reserved ? PortSet(ports: [50010]) : PortSet()
        return Rehearsal.Trial(
            target: target, before: finding(target, before, PortSet()), after: finding(target, after, ports))
    }

    private func finding(_ target: Target, _ outcome: Observation.Outcome?, _ reserved: PortSet) -> Finding {
        let now = Timestamp(nanoseconds: 0)
        let evidence = Evidence(
            endpoint: target.endpoint, clients: target.clients, kernel: KernelFacts(reservedPorts: reserved),
            address: AddressFacts(isOwn: true, routeSource: .loopback4),
            probes: ProbeResults(
                directed: outcome.map { [.connect: Observation(client: .connect, outcome: $0, at: now)] } ?? [:]))
        return Finding(target, at: now, evidence: evidence)
    }
}
