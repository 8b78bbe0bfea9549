import Configuration
import Testing

/// Faults in `targets:`.
@Suite struct TargetFaultTests {
    @Test("A faulty entry is one fault at its place", arguments: entries)
    func entryFault(_ row: FaultRow) {
        #expect(faults(row.yaml) == [row.fault])
    }

    @Test("A repeated endpoint or name is one fault at its second place", arguments: overlaps)
    func overlapFault(_ row: FaultRow) {
        #expect(faults(row.yaml) == [row.fault])
    }

    static let entries = [
        FaultRow("targets: hdfs", "1:10: expected a target with name: and ports:, found “hdfs”"),
        FaultRow("targets:", "1:9: expected a target with name: and ports:, found nothing"),
        FaultRow("targets:\n  -", "2:4: expected a target with name: and ports:, found nothing"),
        FaultRow("targets:\n  - ports: 1", "2:5: the key “name” is missing: add a name"),
        FaultRow("targets:\n  - name: web", "2:5: the key “ports” is missing: add ports such as 50010 or 50070-50075"),
        FaultRow("targets:\n  - name: web\n    port: 1", "3:5: unknown key “port”: did you mean “ports”?"),
        FaultRow("targets:\n  - nmae: web\n    ports: 1", "2:5: unknown key “nmae”: did you mean “name”?"),
        FaultRow("targets:\n  - Name: web\n    ports: 1", "2:5: unknown key “Name”: did you mean “name”?"),
        FaultRow("targets:\n  - name: \"\"\n    ports: 1", "2:11: the name is empty"),
        FaultRow("targets:\n  - name: \" \"\n    ports: 1", "2:11: the name is empty"),
        FaultRow(
            "targets:\n  - name: \"a\\nb\"\n    ports: 1",
            "2:11: this text has control characters: leave them out"),
        FaultRow(
            "targets:\n  - name: 127.0.0.1:80\n    ports: 1",
            "2:11: “127.0.0.1:80” is an endpoint: write a name that cannot be taken for one"),
        FaultRow(
            "targets:\n  - name: \(String(repeating: "é", count: 65))\n    ports: 1",
            "2:11: this text is too long: 130 bytes, at most 128"),
        FaultRow("targets:\n  - name: [web]\n    ports: 1", "2:11: expected a name, found a list"),
        FaultRow(target("ports: []"), "3:12: expected ports such as 50010 or 50070-50075, found an empty list"),
        FaultRow(target("ports:"), "3:11: expected ports such as 50010 or 50070-50075, found nothing"),
        FaultRow(target("ports: [0]"), "3:13: port 0 is not valid: ports range from 1 to 65535"),
        FaultRow(target("ports: [65536]"), "3:13: port 65536 is above 65535"),
        FaultRow(target("ports: [http]"), "3:13: “http” is not a port: write a number from 1 to 65535"),
        FaultRow(target("ports: [80-]"), "3:13: “” is not a port: write a number from 1 to 65535"),
        FaultRow(target("ports: [90-80]"), "3:13: the range 90-80 is empty: 90 is above 80"),
        FaultRow(target("ports: [80-70000]"), "3:13: port 70000 is above 65535"),
        FaultRow(target("ports: [80, 81, 80]"), "3:21: “80” is repeated: it stands on line 3 already"),
        FaultRow(target("ports: [{from: 80}]"), "3:13: expected ports such as 50010 or 50070-50075, found a mapping"),
        FaultRow(
            target("ports: 80", "addresses: []"),
            "4:16: expected an address such as 127.0.0.1 or \"::1\" (in quotes), or all, found an empty list"),
        FaultRow(
            target("ports: 80", "addresses: [127.0.0.256]"),
            "4:17: “127.0.0.256” is not an IP address: write one such as 127.0.0.1 or ::1"),
        FaultRow(
            target("ports: 80", "addresses: [127.0.0.1:80]"),
            "4:17: “127.0.0.1:80” is not an IP address: write one such as 127.0.0.1 or ::1"),
        FaultRow(
            target("ports: 80", "addresses: [localhost]"),
            "4:17: “localhost” is not an IP address: write one such as 127.0.0.1 or ::1"),
        FaultRow(
            target("ports: 80", "addresses: [127.0.0.1, all]"),
            "4:28: all stands for every address of the host: write it alone"),
        FaultRow(
            target("ports: 80", "addresses: [all]", "namespace: blue"),
            "4:17: all is about the daemon's own network namespace: name the addresses"),
        FaultRow(
            target("ports: 80", "addresses: [\"fe80::1\"]"),
            "4:17: fe80::1 is link-local: add its interface, as in fe80::1%eth0"),
        FaultRow(
            target("ports: 80", "addresses: [::1]"),
            "4:17: not valid YAML: did not find expected node content (while parsing a flow node); put an "
                + "IPv6 address in quotes"),
        FaultRow(
            target("ports: 80", "addresses: [127.0.0.1, 127.0.0.1]"),
            "4:28: “127.0.0.1” is repeated: it stands on line 4 already"),
        FaultRow(
            target("ports: 80", "addresses: [\"::1\", \"0::1\"]"),
            "4:24: “0::1” is repeated: it stands on line 4 already"),
        FaultRow(target("ports: 80", "clients: []"), "4:14: expected a client kind, found an empty list"),
        FaultRow(
            target("ports: 80", "clients: [conect]"),
            "4:15: “conect” is not a client kind: did you mean “connect”?"),
        FaultRow(
            target("ports: 80", "clients: [nginx]"),
            "4:15: “nginx” is not a client kind: write one of connect, bind, bind-late, range"),
        FaultRow(target("ports: 80", "clients: [bind, bind]"), "4:21: “bind” is repeated: it stands on line 4 already"),
        FaultRow(target("port: 80", "ports: 81"), "3:5: unknown key “port”: did you mean “ports”?"),
        FaultRow(target("ports: 1-5001"), "3:12: too many targets: 10002 up to here, at most 10000"),
    ]

    static let overlaps = [
        FaultRow(
            target("ports: [80-85, 83]"),
            "3:20: 127.0.0.1:83 is already watched by this target (line 3), and so is one more of these endpoints"),
        FaultRow(
            target("ports: [80-85,", "  84-90]", "addresses: 127.0.0.1"),
            "4:7: 127.0.0.1:84 is already watched by this target (line 3), and so is one more of these endpoints"),
        FaultRow(
            target("ports: 80", "addresses: [127.0.0.1, \"::ffff:127.0.0.1\"]"),
            "3:12: [::ffff:127.0.0.1]:80 is already watched by this target (line 3)"),
        FaultRow(
            target("ports: 80") + "\n  - name: other\n    ports: 80\n    addresses: 127.0.0.1",
            "5:12: 127.0.0.1:80 is already watched by “web” (line 3)"),
        FaultRow(
            target("ports: 80") + "\n  - name: other\n    ports: [79, 80-90]",
            "5:17: 127.0.0.1:80 is already watched by “web” (line 3), and so is one more of these endpoints"),
        FaultRow(
            target("ports: 80") + "\n  - name: web\n    ports: 81",
            "4:11: the name “web” is taken: it stands on line 2 already"),
    ]
}
