import Configuration
import SelfConnect
import Testing

/// Valid files.
@Suite struct ConfigurationTests {
    @Test("The example of the documentation has the documented values") func documentedExample() throws {
        let read = try configuration(example)
        #expect(read.listen.map(\.value) == [.tcp(Endpoint(.loopback4, 9293))])
        #expect(read.listen.map(\.position) == [Position(line: 1, column: 10)])
        #expect(read.probe == Configuration.default.probe)
        #expect(read.discover == Configuration.default.discover)
        #expect(read.log == Configuration.default.log)
        #expect(read.http.token?.value == .file("/run/credentials/selfconnectd.service/token"))
        #expect(read.targets.count == 16)
        #expect(Set(read.targets.map(\.name)) == ["hdfs-datanode"])
        #expect(read.targets.allSatisfy { $0.clients == [.connect, .bind] && $0.source == .configured })
        let ports: [UInt16] = [50010, 50020, 50070, 50071, 50072, 50073, 50074, 50075]
        #expect(read.targets.map(\.endpoint) == ports.flatMap { [Endpoint(.loopback4, $0), Endpoint(.loopback6, $0)] })
    }

    @Test("The defaults are those of the documentation") func defaults() {
        let defaults = Configuration.default
        #expect(defaults.listen == [Located(.tcp(Endpoint(.loopback4, 9293)))])
        #expect(defaults.probe.interval == .seconds(30) && defaults.probe.timeout == .milliseconds(250))
        #expect(defaults.probe.loop.interval == .seconds(3600) && defaults.probe.loop.attempts == 100_000)
        #expect(defaults.probe.loop.processorShare == 0.0004 && defaults.map.processorShare == 0.0004)
        #expect(defaults.discover.listeners && defaults.discover.connections)
        #expect(defaults.http.connections == 256 && defaults.http.headerTimeout == .seconds(10))
        #expect(defaults.http.idleTimeout == .seconds(60) && defaults.http.token == nil && !defaults.http.isOpen)
        #expect(defaults.log.level == .info && defaults.log.format == .text && defaults.targets.isEmpty)
    }

    @Test(
        "An empty file gives the defaults",
        arguments: [
            "", "\n", "# nothing\n", "---\n", "---\n...\n", "~", "{}", "probe: {}", "targets: []", "\u{FEFF}",
            "%YAML 1.1\n---\n{}", "probe: {loop: {}}\nhttp: {open: false}\n",
        ])
    func nothing(_ yaml: String) throws {
        #expect(try configuration(yaml) == .default)
    }

    @Test("Every setting can be other than its default") func everySetting() throws {
        let read = try configuration(
            """
            listen: ["[::1]:80", unix:/run/a.sock, systemd]
            probe: {interval: 1m30s, timeout: 400ms, loop: {interval: 0s, attempts: 10000000, cpu: 0.5%}}
            discover: {listeners: false, connections: false}
            http: {connections: 1, header-timeout: 100ms, idle-timeout: 1h, open: true}
            log: {level: critical, format: json}
            """)
        #expect(read.listen.map(\.value) == [.tcp(Endpoint(.loopback6, 80)), .unix("/run/a.sock"), .systemd])
        #expect(read.listen.map(\.position?.column) == [10, 22, 40])
        #expect(read.probe.interval == .seconds(90) && read.probe.timeout == .milliseconds(400))
        #expect(read.probe.loop.interval == .zero && read.probe.loop.attempts == 10_000_000)
        #expect(read.probe.loop.processorShare == 0.005)
        #expect(read.discover.listeners == false && read.discover.connections == false)
        #expect(read.http.connections == 1 && read.http.isOpen)
        #expect(read.http.headerTimeout == .milliseconds(100) && read.http.idleTimeout == .seconds(3600))
        #expect(read.log.level == .critical && read.log.format == .json)
    }

    @Test("A single value stands for a list of one") func listOfOne() throws {
        let short = "listen: systemd\ntargets: {name: a, addresses: 127.0.0.2, ports: 80-81, clients: range}"
        let long = "listen: [systemd]\ntargets: [{name: a, addresses: [127.0.0.2], ports: [80-81], clients: [range]}]"
        #expect(try configuration(short) == configuration(long))
        #expect(try configuration(short).targets.map(\.endpoint.port) == [80, 81])
    }

    @Test("A target has both loopback addresses and the client kind connect by default")
    func targetDefaults() throws {
        let targets = try configuration("targets: [{name: a, ports: [\"80\"]}]").targets
        #expect(
            targets == [
                Target(name: "a", endpoint: Endpoint(.loopback4, 80)),
                Target(name: "a", endpoint: Endpoint(.loopback6, 80)),
            ])
    }

    @Test("Text that YAML could read as another type stays text") func names() throws {
        let yaml =
            "targets: [{name: 12, ports: 1}, {name: yes, ports: 2}, {name: ' a b ', ports: 3}, {name: é, ports: 4}]"
        let names = try configuration(yaml).targets.map(\.name)
        #expect(names == ["12", "12", "yes", "yes", " a b ", " a b ", "é", "é"])
    }

    @Test("10,000 targets in separate entries are accepted") func manyTargets() throws {
        let entries = (1...10_000).map { "- {name: n\($0), addresses: 127.0.0.1, ports: \($0)}\n" }
        #expect(try configuration("targets:\n" + entries.joined()).targets.count == 10_000)
    }

    @Test("Moving a line does not change the configuration") func moved() throws {
        #expect(try configuration("\n\nlisten: systemd") == configuration("listen:   [systemd]"))
        #expect(try configuration("listen: systemd").hashValue == configuration("# x\nlisten: systemd").hashValue)
    }

    @Test("A link-local address with a zone and ports at their limits are accepted") func edges() throws {
        let yaml = "listen: '[fe80::1%eth0]:65535'\ntargets: {name: a, addresses: 'fe80::2%2', ports: [1, 65535]}"
        #expect(try configuration(yaml).targets.map(\.endpoint.description) == ["[fe80::2%2]:1", "[fe80::2%2]:65535"])
    }
}
