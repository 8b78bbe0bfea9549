import Configuration
import Testing

/// Each kind of value, with the message and position of each fault.
@Suite struct ValueFaultTests {
    @Test("A value of the wrong kind is one fault at its place", arguments: durations + numbers + words)
    func valueFault(_ row: FaultRow) {
        #expect(faults(row.yaml) == [row.fault])
    }

    @Test("A faulty address to listen on is one fault at its place", arguments: listen)
    func listenFault(_ row: FaultRow) {
        #expect(faults(row.yaml) == [row.fault])
    }

    static let durations = [
        FaultRow(
            "probe: {interval: 30}",
            "1:19: “30” is not a duration: write a number and a unit, as in 250ms, 30s or 10m"),
        FaultRow("probe: {interval: }", "1:19: expected a duration such as 30s, found nothing"),
        FaultRow("probe: {interval: ~}", "1:19: expected a duration such as 30s, found nothing"),
        FaultRow("probe: {interval: [30s]}", "1:19: expected a duration such as 30s, found a list"),
        FaultRow("probe: {interval: {s: 30}}", "1:19: expected a duration such as 30s, found a mapping"),
        FaultRow(
            "probe: {interval: -30s}",
            "1:19: “-30s” is not a duration: write a number and a unit, as in 250ms, 30s or 10m"),
        FaultRow(
            "probe: {interval: 1.5s}",
            "1:19: “1.5s” is not a duration: write a number and a unit, as in 250ms, 30s or 10m"),
        FaultRow("probe: {interval: 99ms, timeout: 1ms}", "1:19: 99ms is too short: at least 100ms"),
        FaultRow("probe: {interval: 24h1s}", "1:19: 24h1s is too long: at most 1d"),
        FaultRow("probe: {interval: 0s}", "1:19: 0s is too short: at least 100ms"),
        FaultRow(
            "probe: {interval: 99999999999999999999s}",
            "1:19: “99999999999999999999s” is not a duration: write a number and a unit, as in 250ms, 30s or 10m"),
        FaultRow("probe: {interval: 2000d}", "1:19: “2000d” is more than 1000 days"),
        FaultRow("probe: {timeout: 999us}", "1:18: 999us is too short: at least 1ms"),
        FaultRow("probe: {timeout: 401ms}", "1:18: 401ms is too long: at most 400ms"),
        FaultRow(
            "probe: {interval: 100ms, timeout: 200ms}",
            "1:35: the timeout of 200ms is longer than the interval of 100ms: shorten the timeout or "
                + "lengthen the interval"),
        FaultRow(
            "probe: {interval: 200ms}",
            "1:19: the timeout of 250ms is longer than the interval of 200ms: shorten the timeout or "
                + "lengthen the interval"),
        FaultRow("probe: {loop: {interval: 500ms}}", "1:26: 500ms is too short: at least 1s, or 0s for no loop probes"),
        FaultRow("probe: {loop: {interval: 31d}}", "1:26: 31d is too long: at most 30d"),
        FaultRow("http: {header-timeout: 2h}", "1:24: 2h is too long: at most 1h"),
        FaultRow("http: {idle-timeout: 1ms}", "1:22: 1ms is too short: at least 100ms"),
        FaultRow("probe: {interval: \"30s\\u0007\"}", "1:19: this text has control characters: leave them out"),
        FaultRow(
            "probe: {interval: \(String(repeating: "9", count: 300))}",
            "1:19: this text is too long: 300 bytes, at most 256"),
    ]

    static let numbers = [
        FaultRow("probe: {loop: {attempts: many}}", "1:26: “many” is not a whole number: write digits only"),
        FaultRow("probe: {loop: {attempts: 1.5}}", "1:26: “1.5” is not a whole number: write digits only"),
        FaultRow("probe: {loop: {attempts: -1}}", "1:26: “-1” is not a whole number: write digits only"),
        FaultRow("probe: {loop: {attempts: 0}}", "1:26: 0 is too small: at least 1"),
        FaultRow("probe: {loop: {attempts: 10000001}}", "1:26: 10000001 is too large: at most 10000000"),
        FaultRow(
            "probe: {loop: {attempts: \"1000\"}}",
            "1:26: expected a whole number, found text: write “1000” without quotes"),
        FaultRow("probe: {loop: {attempts: [1000]}}", "1:26: expected a whole number, found a list"),
        FaultRow(
            "probe: {loop: {attempts: 99999999999999999999}}",
            "1:26: 99999999999999999999 is too large: at most 10000000"),
        FaultRow("http: {connections: 65537}", "1:21: 65537 is too large: at most 65536"),
        FaultRow("http: {connections: 0x10}", "1:21: “0x10” is not a whole number: write digits only"),
        FaultRow("probe: {loop: {cpu: 2}}", "1:21: “2” is not a share: write a number and a per cent sign, such as 2%"),
        FaultRow("probe: {loop: {cpu: 0.001%}}", "1:21: 0.001% is too small: at least 0.01%"),
        FaultRow("probe: {loop: {cpu: 101%}}", "1:21: 101% is too large: at most 100%"),
        FaultRow(
            "probe: {loop: {cpu: nan%}}",
            "1:21: “nan%” is not a share: write a number and a per cent sign, such as 2%"),
        FaultRow(
            "probe: {loop: {cpu: 1.%}}",
            "1:21: “1.%” is not a share: write a number and a per cent sign, such as 2%"),
        FaultRow("discover: {listeners: yes}", "1:23: “yes” is neither true nor false"),
        FaultRow("discover: {listeners: True}", "1:23: “True” is neither true nor false"),
        FaultRow(
            "discover: {listeners: \"true\"}",
            "1:23: expected true or false, found text: write “true” without quotes"),
        FaultRow("discover: {connections: 1}", "1:25: “1” is neither true nor false"),
    ]

    static let words = [
        FaultRow("log: {level: warn}", "1:14: “warn” is not a log level: did you mean “warning”?"),
        FaultRow(
            "log: {level: loud}",
            "1:14: “loud” is not a log level: write one of trace, debug, info, notice, warning, error, critical"),
        FaultRow("log: {level: INFO}", "1:14: “INFO” is not a log level: did you mean “info”?"),
        FaultRow("log: {format: xml}", "1:15: “xml” is not a log format: write one of text, json"),
        FaultRow("http: {token-file: token}", "1:20: “token” must be an absolute path"),
        FaultRow(
            "http: {token-file: /token, open: true}",
            "1:34: open: true and token-file exclude each other: remove one of them"),
        FaultRow("http: {open: maybe}", "1:14: “maybe” is neither true nor false"),
    ]

    static let listen = [
        FaultRow(
            "listen: []",
            "1:9: expected an address such as 127.0.0.1:9293 or \"[::1]:9293\" (in quotes), found an empty list"),
        FaultRow(
            "listen:",
            "1:8: expected an address such as 127.0.0.1:9293 or \"[::1]:9293\" (in quotes), found nothing"),
        FaultRow(
            "listen: {port: 80}",
            "1:9: expected an address such as 127.0.0.1:9293 or \"[::1]:9293\" (in quotes), found a mapping"),
        FaultRow("listen: 9293", "1:9: “9293” has no port: write ADDRESS:PORT or [IPv6]:PORT"),
        FaultRow("listen: localhost:9293", "1:9: “localhost” is not an IP address: write one such as 127.0.0.1 or ::1"),
        FaultRow("listen: 127.0.0.1:0", "1:9: port 0 is not valid: ports range from 1 to 65535"),
        FaultRow("listen: 127.0.0.1:70000", "1:9: port 70000 is above 65535"),
        FaultRow("listen: 127.0.0.1", "1:9: “127.0.0.1” has no port: write ADDRESS:PORT or [IPv6]:PORT"),
        FaultRow("listen: ::1:9293", "1:9: “::1:9293”: write an IPv6 address in brackets, as in [::1]:50010"),
        FaultRow("listen: '[127.0.0.1]:9293'", "1:9: “[127.0.0.1]:9293”: only an IPv6 address is written in brackets"),
        FaultRow("listen: '[fe80::1]:9293'", "1:9: fe80::1 is link-local: add its interface, as in fe80::1%eth0"),
        FaultRow("listen: '[::1%eth0]:9293'", "1:9: “::1%eth0” has a zone, which only link-local addresses have"),
        FaultRow(
            "listen: unix:http.sock",
            "1:9: “http.sock” is not the path of a socket: write it from /, as in unix:/run/selfconnectd/http.sock"),
        FaultRow(
            "listen: unix:/run/",
            "1:9: “/run/” is not the path of a socket: write it from /, as in unix:/run/selfconnectd/http.sock"),
        FaultRow(
            "listen: unix:/\(String(repeating: "a", count: 107))",
            "1:9: the path of a unix socket has at most 107 bytes (unix(7)), this one has 108"),
        FaultRow(
            "listen: [127.0.0.1:9293,\n  127.0.0.1:9293]",
            "2:3: “127.0.0.1:9293” is repeated: it stands on line 1 already"),
        FaultRow("listen: [systemd, systemd]", "1:19: “systemd” is repeated: it stands on line 1 already"),
        FaultRow(
            "listen: [[::1]:9293]",
            "1:11: not valid YAML: did not find expected node content (while parsing a flow node); put an "
                + "IPv6 address in quotes"),
    ]
}
