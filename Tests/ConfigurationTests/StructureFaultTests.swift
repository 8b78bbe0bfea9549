import Configuration
import Testing

/// Faults in the structure of the file, before values are decoded.
@Suite struct StructureFaultTests {
    @Test("An unknown, repeated or odd key is one fault at its place", arguments: keys)
    func keyFault(_ row: FaultRow) {
        #expect(faults(row.yaml) == [row.fault])
    }

    @Test("Invalid YAML or an unsupported feature of YAML is one fault at its place", arguments: syntax)
    func syntaxFault(_ row: FaultRow) {
        #expect(faults(row.yaml) == [row.fault])
    }

    @Test("Bytes that are not UTF-8 text are one fault at their place", arguments: Self.bytes)
    func byteFault(_ row: (bytes: [UInt8], fault: String)) {
        #expect(faults(of: row.bytes) == [row.fault])
    }

    static let keys = [
        FaultRow("probe: {intervall: 30s}", "1:9: unknown key “intervall”: did you mean “interval”?"),
        FaultRow("prob: {interval: 30s}", "1:1: unknown key “prob”: did you mean “probe”?"),
        FaultRow(
            "metering: true",
            "1:1: unknown key “metering”: known here are listen, probe, map, discover, events, http, log, metrics, targets"
        ),
        FaultRow(
            "discover: {everything: true}",
            "1:12: unknown key “everything”: known here are listeners, connections, namespaces, exclude, minimum-age, keep, limit, guard"
        ),
        FaultRow("http: {header_timeout: 10s}", "1:8: unknown key “header_timeout”: did you mean “header-timeout”?"),
        FaultRow(
            "log: {level: info}\nprobe: {}\nlog: {level: loud}",
            "3:1: the key “log” is repeated: it stands on line 1 already"),
        FaultRow(
            "log:\n  level: info\n  level: info\n",
            "3:3: the key “level” is repeated: it stands on line 2 already"),
        FaultRow("[a, b]: c", "1:1: expected a key, found a list"),
        FaultRow("? {a: b}\n: c", "1:3: expected a key, found a mapping"),
        FaultRow(
            "~: c",
            "1:1: unknown key “~”: known here are listen, probe, map, discover, events, http, log, metrics, targets"),
        FaultRow(
            "\"a\\nb\": c",
            "1:1: unknown key “a�b”: known here are listen, probe, map, discover, events, http, log, metrics, targets"),
        FaultRow(
            "<<: {log: {}}",
            "1:1: unknown key “<<”: known here are listen, probe, map, discover, events, http, log, metrics, targets"),
        FaultRow("- listen", "1:1: expected keys such as listen: or targets:, found a list"),
        FaultRow("listen", "1:1: expected keys such as listen: or targets:, found “listen”"),
        FaultRow("probe: 30s", "1:8: expected keys such as interval:, found “30s”"),
        FaultRow("probe:\n  loop: [10m]", "2:9: expected keys such as interval:, found a list"),
        FaultRow("log:\n", "1:5: expected keys such as level:, found nothing"),
    ]

    static let syntax = [
        FaultRow("listen: [", "1:10: not valid YAML: did not find expected node content (while parsing a flow node)"),
        FaultRow(
            "listen: \"127",
            "1:13: not valid YAML: found unexpected end of stream (while scanning a quoted scalar)"),
        FaultRow("log: {}}", "1:8: not valid YAML: did not find expected key (while parsing a block mapping)"),
        FaultRow(
            "log:\n\tlevel: info",
            "2:1: not valid YAML: found character that cannot start any token (while scanning for the next "
                + "token); indent with spaces, not with a tab"),
        FaultRow(
            "probe:\n  loop:\n    cpu: %2",
            "3:10: not valid YAML: found character that cannot start any token (while scanning for the next "
                + "token); put text that begins with % in quotes"),
        FaultRow(
            "probe:\n  interval: 30s\n timeout: 1s",
            "3:2: not valid YAML: did not find expected key (while parsing a block mapping from line 1)"),
        FaultRow(
            "log: level: info",
            "1:11: not valid YAML: mapping values are not allowed in this context; begin a new line for "
                + "nested keys, or put text that contains a colon in quotes"),
        FaultRow(
            "listen: [::1]:9293",
            "1:10: not valid YAML: did not find expected node content (while parsing a flow node); put an "
                + "IPv6 address in quotes"),
        FaultRow("log: \"\\q\"", "1:7: not valid YAML: found unknown escape character (while parsing a quoted scalar)"),
        FaultRow("log: &a {}", "1:6: an anchor (&name) is not supported: remove it"),
        FaultRow("log: *a", "1:6: an alias (*name) is not supported: write the value out"),
        FaultRow("log: !!map {}", "1:6: a tag (!name) is not supported: remove it"),
        FaultRow("!x log: {}", "1:1: a tag (!name) is not supported: remove it"),
        FaultRow("log: {}\n---\nlog: {}", "2:1: a second document begins here: a configuration is one document"),
        FaultRow("log: {}\n...\nlog: {}", "3:1: not valid YAML: did not find expected <document start>"),
        FaultRow("%YAML 2.0\n---\nlog: {}", "1:1: not valid YAML: found incompatible YAML document"),
        FaultRow(String(repeating: "[", count: 17), "1:17: lists and mappings are nested more than 16 deep"),
    ]

    static let bytes: [(bytes: [UInt8], fault: String)] = [
        (Array("log: {}\n# \u{0}".utf8), "2:3: the character U+0000 does not belong in a configuration: leave it out"),
        (
            Array("log: {}\r\n# \u{7}".utf8),
            "2:3: the character U+0007 does not belong in a configuration: leave it out"
        ),
        (Array("log: {}\r# \u{9B}".utf8), "2:3: the character U+009B does not belong in a configuration: leave it out"),
        (Array("# é\u{2028}".utf8), "1:4: the character U+2028 does not belong in a configuration: leave it out"),
        (Array("# é".utf8) + [0xC3], "1:4: this byte is not UTF-8: save the file in UTF-8"),
        ([0xFF, 0xFE, 0x6C, 0x00], "1:1: this byte is not UTF-8: save the file in UTF-8"),
        ([0x23, 0xED, 0xA0, 0x80], "1:2: this byte is not UTF-8: save the file in UTF-8"),
        (Array("\u{FEFF}\u{FEFF}".utf8), "1:1: the character U+FEFF does not belong in a configuration: leave it out"),
        (
            Array("\u{FEFF}metering: {}".utf8),
            "1:1: unknown key “metering”: known here are listen, probe, map, discover, events, http, log, metrics, targets"
        ),
        (
            [0x7F, 0x45, 0x4C, 0x46, 0x02, 0x01],
            "1:1: the character U+007F does not belong in a configuration: leave it out"
        ),
    ]
}
