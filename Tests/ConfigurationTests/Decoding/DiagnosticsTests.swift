import Configuration
import Testing

/// Reporting of all faults of a file.
@Suite struct DiagnosticsTests {
    @Test("All faults of a file are reported at once, in the order of the file") func allAtOnce() {
        let yaml = """
            targets:
              - name: hdfs
                ports: [0, 50010, http]
                clients: [conect]
              - name: hdfs
                ports: [50010]
            listen: [localhost:1, 127.0.0.1:0]
            prob: {}
            log:
              level: loud
              level: info
              color: true
            """
        #expect(
            faults(yaml) == [
                "3:13: port 0 is not valid: ports range from 1 to 65535",
                "3:23: “http” is not a port: write a number from 1 to 65535",
                "4:15: “conect” is not a client kind: did you mean “connect”?",
                "5:11: the name “hdfs” is taken: it stands on line 2 already",
                "6:13: 127.0.0.1:50010 is already watched by “hdfs” (line 3), and so is one more of these endpoints",
                "7:10: “localhost” is not an IP address: write one such as 127.0.0.1 or ::1",
                "7:23: port 0 is not valid: ports range from 1 to 65535",
                "8:1: unknown key “prob”: did you mean “probe”?",
                "10:10: “loud” is not a log level: write one of trace, debug, info, notice, warning, error, critical",
                "11:3: the key “level” is repeated: it stands on line 10 already",
                "12:3: unknown key “color”: known here are level, format",
            ])
    }

    @Test("A fault does not cause further faults elsewhere") func noEchoes() {
        #expect(faults("probe: {interval: 30, timeout: 400ms}").count == 1)
        #expect(faults("probe: &a {interval: 30s}") == ["1:8: an anchor (&name) is not supported: remove it"])
        #expect(faults("targets: [{name: a, ports: x}, {name: b, ports: x}]").count == 2)
        #expect(faults("targets: [{name: a, ports: 1, addresses: {}}, {name: b, ports: 1}]").count == 1)
        #expect(faults("targets: *a\nlisten: *a").count == 2)
    }

    @Test("A key is reported as missing unless an unknown key was probably meant for it") func missingKeys() {
        #expect(
            faults("targets: [{nam: a, port: 1}]") == [
                "1:12: unknown key “nam”: did you mean “name”?", "1:20: unknown key “port”: did you mean “ports”?",
            ])
        #expect(
            faults("targets: [{title: a, ports: 1}]") == [
                "1:11: the key “name” is missing: add a name",
                "1:12: unknown key “title”: known here are name, addresses, ports, clients, namespace, server, guard",
            ])
        #expect(
            faults("targets: [{name: a, prots: 1}, {name: b}]") == [
                "1:21: unknown key “prots”: did you mean “ports”?",
                "1:32: the key “ports” is missing: add ports such as 50010 or 50070-50075",
            ])
        #expect(
            faults("targets: [{name: a, names: b}]") == [
                "1:11: the key “ports” is missing: add ports such as 50010 or 50070-50075",
                "1:21: unknown key “names”: did you mean “namespace”?",
            ])
        #expect(faults("targets: [{names: b, ports: 1}]") == ["1:12: unknown key “names”: did you mean “name”?"])
    }

    @Test("Faults before a syntax error are kept") func faultsBeforeSyntaxError() {
        let found = faults("log: &a {}\nprobe: [")
        #expect(found.count == 2)
        #expect(found.first == "1:6: an anchor (&name) is not supported: remove it")
    }

    @Test("A fault is shown as FILE:LINE:COLUMN: message") func rendering() {
        let fault = ConfigurationError(
            file: "/etc/x.yaml",
            cause: .invalid([
                Diagnostic("this", at: Position(line: 3, column: 7)),
                Diagnostic("that", at: Position(line: 12, column: 1)),
            ]))
        #expect(fault.description == "/etc/x.yaml:3:7: this\n/etc/x.yaml:12:1: that")
    }

    @Test("More than a hundred faults are counted, not shown") func manyFaults() throws {
        let yaml = (1...250).map { "key\($0): 1\n" }.joined()
        let fault = try #require(throws: ConfigurationError.self) {
            try Configuration.parse(Array(yaml.utf8), file: "x.yaml")
        }
        #expect(fault.lines.count == 101)
        #expect(fault.lines.first?.hasPrefix("x.yaml:1:1: unknown key “key1”") == true)
        #expect(fault.lines.last == "x.yaml: and 150 more")
    }

    @Test("A message stays on one line for every content of the file") func oneLine() {
        let found = faults(
            "\"a\\nb\\e[31m\": 1\nlisten: \"1\\n2\"\nlog: {level: \(String(repeating: "x", count: 250))}")
        #expect(found.count == 3)
        #expect(found.allSatisfy { line in !line.unicodeScalars.contains { $0.value < 32 } && line.utf8.count < 200 })
    }
}
