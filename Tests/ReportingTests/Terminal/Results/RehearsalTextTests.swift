import Reporting
import SelfConnect
import TestSupport
import Testing

/// Rehearsals without a trial.
@Suite struct RehearsalTextTests {
    @Test("Ports that are reserved already are named, with the probe that proves it") func reserved() {
        #expect(
            lines([finding(40505), finding(40506)]) == [
                "Nothing to rehearse: the ports 40505-40506 of this host are reserved already, so that no client is given"
                    + " them. To prove it: selfconnectd probe 127.0.0.1:40505-40506"
            ])
        #expect(
            lines([finding(40505)], in: "blue").first?.hasSuffix(
                "port 40505 of the network namespace blue is reserved already, so that no client is given it. To prove it:"
                    + " selfconnectd probe --namespace blue 127.0.0.1:40505") == true)
    }

    @Test("The probe that proves it names a few ranges at most") func many() {
        let line = lines((0..<5).map { finding(40501 + 2 * $0) }).first ?? ""
        #expect(line.hasSuffix("probe 127.0.0.1:40501 127.0.0.1:40503 127.0.0.1:40505 127.0.0.1:40507 127.0.0.1:40509"))
        let addresses = [IPAddress.loopback4, .loopback6].flatMap { address in
            (0..<5).map { finding(40501 + 2 * $0, address) }
        }
        #expect(lines(addresses).first?.hasSuffix("To prove it: selfconnectd probe ENDPOINT ...") == true)
    }

    @Test("Without a port to reserve the reason is given, and what to do") func nothing() {
        let text = lines([finding(80)]).first ?? ""
        #expect(
            text.hasPrefix("Nothing to rehearse: no port of this host is to be reserved: no target has a port inside"))
        #expect(
            text.hasSuffix("name them (selfconnectd advise 50010) or add them to “targets:” in the configuration file.")
        )
    }

    private func lines(_ findings: [Finding], in namespace: String? = nil) -> [String] {
        let advice = Advice(findings, kernel: Example.kernel, namespace: namespace)
        return RehearsalText.lines(Rehearsal(of: advice, addedAddresses: [], trials: [])).map(\.text)
    }

    private func finding(_ port: UInt16, _ address: IPAddress = .loopback4) -> Finding {
        let target = Target(name: "web", endpoint: Endpoint(address, port))
        let evidence = Evidence(
            endpoint: target.endpoint, clients: target.clients, kernel: Example.kernel,
            address: AddressFacts(isOwn: true, routeSource: .loopback4))
        return Finding(target, at: Example.moment(), evidence: evidence)
    }
}
