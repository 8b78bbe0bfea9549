import SelfConnect
import Testing

/// One line for one namespace.
@Suite struct LastingRemedyTests {
    @Test("The list has the needed and the reserved ports, and is the same after it is applied") func stable() throws {
        let first = try remedy("33333", [50010, 50012])
        #expect(first.line == "net.ipv4.ip_local_reserved_ports = 33333,50010,50012")
        #expect(first.command == "sysctl -w net.ipv4.ip_local_reserved_ports=33333,50010,50012")
        #expect("\(first.missing)" == "50010,50012" && "\(first.others)" == "33333")
        let applied = try remedy("33333,50010,50012", [50010, 50012])
        #expect(applied.line == first.line && applied.missing.isEmpty && applied.others == first.others)
    }

    @Test(
        "A target in the range needs the remedy, reserved or not; a target outside or of another host does not",
        arguments: [
            ("127.0.0.1:50010", true, "", true, true), ("127.0.0.1:50010", true, "50010", true, false),
            ("127.0.0.1:80", true, "", false, false), ("192.0.2.1:50010", false, "", false, false),
        ])
    func needed(_ text: String, _ isOwn: Bool, _ reserved: String, _ isNeeded: Bool, _ isMissing: Bool) throws {
        let found = try finding(text, isOwn: isOwn, reserved: reserved)
        #expect(found.needsReserving == isNeeded && found.isToBeReserved == isMissing)
    }

    @Test(
        "A remedy that leaves less than half of the range is withheld, one that leaves too few ports has a warning",
        arguments: [
            ("32768-60999", "33333", false, nil),
            (
                "50000-50063", "", false,
                "reserving 1 more port leaves clients 63 of the 64 ports of the ephemeral range"
            ),
            ("50000-50063", "50011-50063", true, "reserving 1 more port leaves clients 10 of the 64 ports of the"),
            ("50010", "", true, "reserving 1 more port leaves no port of the ephemeral range"),
            ("50000-50063", "50000-50063", false, nil),
        ] as [(String, String, Bool, String?)])
    func harm(_ range: String, _ reserved: String, _ isWithheld: Bool, _ warning: String?) throws {
        let kernel = KernelFacts(ephemeralRange: try PortRange(range), reservedPorts: try PortSet(reserved))
        let remedy = LastingRemedy(reserving: PortSet(ports: [50010]), on: kernel)
        #expect(remedy.isWithheld == isWithheld && (remedy.shownLine == nil) == isWithheld)
        #expect(remedy.warning.map { $0.hasPrefix(warning ?? "?") } ?? (warning == nil), "\(remedy.warning ?? "")")
    }

    @Test("Each namespace has its own remedy, from the facts of its last finding") func namespaces() throws {
        let findings = [
            try finding("127.0.0.1:50010", reserved: "1"),
            try finding("127.0.0.1:50012", reserved: "2", in: "blue", at: 1),
            try finding("127.0.0.1:50014", reserved: "3", in: "blue", at: 2),
        ]
        let remedies = LastingRemedies(findings)
        #expect(remedies[nil]?.line.hasSuffix("= 1,50010") == true)
        #expect(remedies["blue"]?.line.hasSuffix("= 3,50012,50014") == true)
        #expect(remedies["red"] == nil)
    }

    private func remedy(_ reserved: String, _ ports: [UInt16]) throws -> LastingRemedy {
        LastingRemedy(try ports.map { try finding("127.0.0.1:\($0)", reserved: reserved) }, on: try kernel(reserved))
    }

    private func kernel(_ reserved: String) throws -> KernelFacts { KernelFacts(reservedPorts: try PortSet(reserved)) }

    private func finding(
        _ text: String, isOwn: Bool = true, reserved: String, in namespace: String? = nil, at time: Int64 = 0
    ) throws -> Finding {
        let endpoint = try Endpoint(text)
        let evidence = Evidence(
            endpoint: endpoint, clients: [.connect], kernel: try kernel(reserved),
            address: AddressFacts(isOwn: isOwn, routeSource: isOwn ? endpoint.address : nil))
        return Finding(
            Target(name: "t", endpoint: endpoint, namespace: namespace), at: Timestamp(nanoseconds: time),
            evidence: evidence)
    }
}
