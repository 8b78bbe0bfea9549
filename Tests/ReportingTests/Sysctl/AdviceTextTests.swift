import Reporting
import SelfConnect
import TestSupport
import Testing

/// The output of advise.
@Suite struct AdviceTextTests {
    @Test("A name with line feeds stays in its comment and adds no assignment") func hostileNames() {
        let name = "x\nkernel.core_pattern = |/tmp/x\r\u{2028}net.ipv4.ip_forward=1\u{85}"
        let text = AdviceText.file([Advice([finding(50010, name), stolen(50012, name)], kernel: kernel)])
        #expect(assignments(text) == ["net.ipv4.ip_local_reserved_ports = 33333,50010,50012"])
        #expect(text.hasSuffix("\n") && !text.contains("\r"))
    }

    @Test("Every port has its endpoint and name in a comment; current problems are printed to stderr") func reasons() {
        let advices = [Advice([finding(50010, "web"), stolen(50012, "db")], kernel: kernel)]
        let text = AdviceText.file(advices)
        #expect(text.contains("# - 127.0.0.1:50010 (web)\n# - 127.0.0.1:50012 (db)\n"))
        #expect(text.contains("kept: 33333\n") && !text.contains("stolen"))
        #expect(
            AdviceWarnings.lines(advices) == [
                "127.0.0.1:50012 is stolen: the connection that has the port has to end first: ss -K -t src 127.0.0.1:50012"
                    + " dst 127.0.0.1:443; or kill 7"
            ])
    }

    @Test("The file is the same before and after it is applied") func idempotent() {
        var applied = kernel
        let first = Advice([finding(50010, "web"), finding(50012, "db")], kernel: kernel)
        applied.reservedPorts = first.remedy?.ports ?? PortSet()
        let second = Advice([finding(50010, "web", applied), finding(50012, "db", applied)], kernel: applied)
        #expect(AdviceText.file([first]) == AdviceText.file([second]))
        #expect(AdviceWarnings.lines([second]) == ["nothing to change: the ports are reserved already"])
        for format in AdviceFormat.allCases { #expect(format.text([first]) == format.text([second])) }
    }

    @Test("Kubernetes and Ansible get the same list") func formats() {
        let advices = [Advice([finding(50010, "web")], kernel: kernel)]
        let pod = AdviceFormat.kubernetes.text(advices)
        #expect(pod.contains("      - name: net.ipv4.ip_local_reserved_ports\n        value: \"33333,50010\"\n"))
        #expect(AdviceFormat.ansible.text(advices).contains("    value: \"33333,50010\"\n"))
    }

    @Test("Without reserved ports and ports to reserve there is no assignment, and both outputs say why and what to do")
    func nothing() {
        let bare = KernelFacts(release: "6.12.0")
        let own = Target(name: "selfconnectd", endpoint: Endpoint(.loopback4, 9293), source: .own)
        let evidence = Evidence(
            endpoint: own.endpoint, clients: own.clients, kernel: bare,
            address: AddressFacts(isOwn: true, routeSource: .loopback4))
        let daemon = Finding(own, at: now, evidence: evidence)
        for (findings, reason) in [
            (
                [daemon],
                "no target is configured for this host, and no listener inside the ephemeral range 32768-60999 was discovered"
            ),
            (
                [daemon, finding(80, "web", bare)],
                "no target has a port inside the ephemeral range 32768-60999 on an address of this host"
            ),
        ] {
            let advice = Advice(findings, kernel: bare)
            let text = AdviceText.file([advice])
            #expect(assignments(text).isEmpty)
            let action =
                "To reserve ports, name them (selfconnectd advise 50010) or add them to “targets:” in the configuration file"
            #expect(AdviceWarnings.lines([advice]) == ["nothing to reserve: \(reason)", action])
            #expect(AdviceWarnings.empty([advice]) == AdviceWarnings.lines([advice]))
            let words = text.split(separator: "\n").map { $0.dropFirst(2) }.joined(separator: " ")
            #expect(
                words.contains("There is no port to reserve, so there is no assignment here: \(reason). \(action)."))
        }
        #expect(assignments(AdviceText.file([])).isEmpty)
    }

    @Test("In another namespace the reason names it, and no target that was not surveyed is judged")
    func nothingElsewhere() {
        let bare = KernelFacts(release: "6.12.0")
        let target = Target(name: "web", endpoint: Endpoint(.loopback4, 50010), namespace: "blue")
        let unknown = Finding(target, at: now, evidence: Evidence(of: target, surveyFault: "gone"))
        let lines = AdviceWarnings.lines([Advice([unknown], kernel: bare, namespace: "blue")])
        #expect(
            lines.first?.hasPrefix(
                "nothing to reserve in the network namespace blue: no target that could be surveyed has")
                == true, "\(lines)")
    }

    @Test("After a file was written, the command that applies it is named, unless the host has its ports already")
    func written() {
        let path = "/etc/sysctl.d/90-selfconnectd.conf"
        let advices = [Advice([finding(50010, "web")], kernel: kernel)]
        #expect(
            AdviceWarnings.written(path, advices, keeping: PortSet())
                == "\(path) written: apply it with sysctl -p \(path)")
        var applied = kernel
        applied.reservedPorts = PortSet(ports: [33333, 50010])
        let same = [Advice([finding(50010, "web", applied)], kernel: applied)]
        #expect(AdviceWarnings.written(path, same, keeping: PortSet(ports: [33333])) == "\(path) written")
        #expect(
            AdviceWarnings.written("/tmp/a b", same, keeping: PortSet(ports: [4000]))
                == "/tmp/a b written: apply it with sysctl -p '/tmp/a b'")
        let long = PortSet(ports: (0..<900).map { UInt16(33001 + 2 * $0) })
        #expect(
            AdviceWarnings.written(path, advices, keeping: long)
                == "\(path) written: apply it with /usr/lib/systemd/systemd-sysctl \(path)")
    }

    @Test("Other ports that a file or only the kernel reserves stay reserved") func kept() {
        let text = AdviceText.file([Advice([finding(50010, "web")], kernel: kernel)], keeping: PortSet(ports: [4000]))
        #expect(assignments(text) == ["net.ipv4.ip_local_reserved_ports = 4000,33333,50010"])
    }

    @Test("Another namespace gets a command in a comment, its path quoted for the shell, and no assignment")
    func namespace() {
        let advice = Advice([finding(50010, "web")], kernel: kernel, namespace: "/run/it's $HOME")
        let text = AdviceText.file([advice])
        #expect(assignments(text).isEmpty)
        let command = "nsenter --net='/run/it'\\''s $HOME' sysctl -w net.ipv4.ip_local_reserved_ports=33333,50010"
        #expect(text.contains("#   \(command)\n"))
    }

    @Test("A list that is too long for one write comes with a warning, one octet less does not")
    func longList() {
        // 681 ports and the added one are 682 × 6 − 1 = 4091 octets; a short one fills the page except for the line
        // feed and the terminating NUL.
        let ports = (0..<681).map { UInt16(33001 + 2 * $0) }
        for (port, length, isLong) in [(77, 4094, false), (777, 4095, true)] as [(UInt16, Int, Bool)] {
            let kernel = KernelFacts(reservedPorts: PortSet(ports: ports + [port]))
            let advice = Advice([finding(60000, "web", kernel)], kernel: kernel)
            #expect("\(advice.remedy?.ports ?? PortSet())".utf8.count == length)
            #expect(AdviceWarnings.lines([advice]).isEmpty != isLong)
        }
    }

    @Test(
        "Every document uses the file name that is in the file",
        arguments: [
            "README.md", "CHANGELOG.md", "SECURITY.md", "man/selfconnectd.8", "man/selfconnectd.yaml.5",
            "docs/configuration.md", "docs/kernel-facts.md", "docs/monitoring.md", "docs/architecture.md",
            "config/selfconnectd.yaml", "config/prometheus-rules.yaml",
        ])
    func fileName(_ document: String) throws {
        let names = try Repository.text(document).matches(of: /(?:\/etc\/sysctl\.d\/|\b)\d\d-[\w-]+\.conf/)
        #expect(names.allSatisfy { AdviceText.path.hasSuffix($0.output) }, "\(names.map(\.output))")
        if document == "man/selfconnectd.8" { #expect(Set(names.map(\.output)) == [AdviceText.path[...]]) }
    }

    @Test("A comment has at most 100 characters") func width() {
        let text = AdviceText.file([Advice([finding(50010, "web"), stolen(50012, "db")], kernel: kernel)])
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    private func assignments(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }.map(String.init)
    }

    private let now = Timestamp(nanoseconds: 0)
    private let kernel = KernelFacts(release: "6.12.0", reservedPorts: PortSet(ports: [33333]))

    private func finding(
        _ port: UInt16, _ name: String, _ kernel: KernelFacts? = nil, holders: [Holder] = []
    ) -> Finding {
        let target = Target(name: name, endpoint: Endpoint(.loopback4, port))
        let evidence = Evidence(
            endpoint: target.endpoint, clients: target.clients, kernel: kernel ?? self.kernel,
            address: AddressFacts(isOwn: true, routeSource: .loopback4), sockets: PortSockets(holders: holders))
        return Finding(target, at: now, evidence: evidence)
    }

    private func stolen(_ port: UInt16, _ command: String) -> Finding {
        let socket = SocketRecord(
            state: .established, local: Endpoint(.loopback4, port), peer: Endpoint(.loopback4, 443))
        return finding(
            port, command, holders: [Holder(state: .source, socket: socket, conflicts: true, pid: 7, command: command)])
    }
}
