import SelfConnect

extension OpenAPIRoute {
    /// All routes, in the order of the index.
    static let all = [
        index, status, summary, targets, target, kernel, sockets, namespaces, events, map, mapPicture, metrics, healthy,
        ready, description,
    ]

    /// `/v1/status` without its targets and its braces.
    private static let summaryExample = """
        "service": {"name": "selfconnectd", "version": "0.1.0", "started": "2026-01-01T12:00:00.000Z",
        "uptime_seconds": 12.5, "healthy": true, "ready": true,
        "listen": [{"endpoint": "127.0.0.1:9293", "outside_ephemeral_range": true}],
        "config": {"last_reload": "2026-01-01T12:00:00.000Z", "last_reload_successful": true}},
        "kernel": \(kernelExample), "summary": {"targets": 1, "by_verdict": {"susceptible": 1},
        "last_pass": "2026-01-01T12:00:12.500Z", "ephemeral_listeners": 0, "self_connections": 0,
        "stolen_ports": 0}
        """

    private static let index = OpenAPIRoute(
        path: "/", operation: "index", summary: "What there is; for browsers a page with all of it", hasPage: true,
        answer: .json(
            schema: "Index",
            example: #"{"name": ["selfconnectd"], "version": ["0.1.0"], "paths": ["/", "/v1/status"]}"#))

    private static let status = OpenAPIRoute(
        path: "/v1/status", operation: "status", summary: "Everything: service, kernel, summary and targets",
        answer: .json(
            schema: "Status",
            example: "{\(summaryExample), \"targets\": [\(targetExample)]}"))

    private static let summary = OpenAPIRoute(
        path: "/v1/summary", operation: "summary", summary: "Service, kernel and summary without the targets",
        answer: .json(schema: "Summary", example: "{\(summaryExample)}"))

    private static let targets = OpenAPIRoute(
        path: "/v1/targets", operation: "targets", summary: "The watched ports, all or some",
        parameters: [
            filter("verdict", "Only targets with one of these verdicts.", Verdict.allCases.map(\.rawValue)),
            filter("severity", "Only targets of one of these severities.", Severity.allCases.map(\.rawValue)),
        ],
        failures: [400], answer: .json(schema: "Targets", example: "{\"targets\": [\(targetExample)]}"))

    /// Names contain no control characters, and HTTP targets no encoded NUL.
    private static let name = #"{"type": "string", "pattern": "^[^\\u0000-\\u001f\\u007f]+$"}"#

    private static let target = OpenAPIRoute(
        path: "/v1/targets/{target}", operation: "target",
        summary: "One watched port with its history; of several with one name the most severe",
        parameters: [
            Parameter(
                name: "target", place: "path", text: "A name or an endpoint.",
                schema: name, example: "\"127.0.0.1:50010\""),
            Parameter(
                name: "namespace", place: "query", text: "The network namespace; without it, of any.",
                schema: name, example: "\"blue\""),
        ],
        failures: [404], answer: .json(schema: "Target", example: targetExample))

    private static let kernel = OpenAPIRoute(
        path: "/v1/kernel", operation: "kernel", summary: "Kernel facts, with drift since the start",
        answer: .json(schema: "Kernel", example: kernelExample))

    private static let sockets = OpenAPIRoute(
        path: "/v1/sockets", operation: "sockets", summary: "Listeners in the range, self-connections, stolen ports",
        answer: .json(
            schema: "Sockets",
            example: """
                {"at": "2026-01-01T12:00:00.000Z", "listeners": [\(holderExample)], "self_connections": [],
                "stolen_ports": [], "left_out": 0}
                """))

    private static let namespaces = OpenAPIRoute(
        path: "/v1/namespaces", operation: "namespaces", summary: "The network namespaces that are watched as a whole",
        answer: .json(
            schema: "Namespaces",
            example: """
                {"at": "2026-01-01T12:00:00.000Z", "namespaces": [{"name": "docker:0123456789ab", "origin": "container",
                "inode": 4026532281, "ephemeral_range": {"first": 32768, "last": 60999}, "reserved_ports": "",
                "by_verdict": {"latent": 1}, "ephemeral_listeners": 1, "self_connections": 0,
                "last_visit": "2026-01-01T12:00:00.000Z", "visit_seconds": 0.0003,
                "connections_seen": "2026-01-01T12:00:00.000Z"}]}
                """))

    private static let events = OpenAPIRoute(
        path: "/v1/events", operation: "events", summary: "The last changes, newest first",
        answer: .json(
            schema: "Events",
            example: """
                {"events": [{"kind": "verdict", "at": "2026-01-01T12:00:00.000Z", "severity": "critical",
                "message": "127.0.0.1:50010 hdfs-datanode: susceptible", "target": "hdfs-datanode",
                "endpoint": "127.0.0.1:50010", "verdict": "susceptible", "previous_verdict": "latent"}],
                "total": 1, "left_out": 0}
                """))

    private static let map = OpenAPIRoute(
        path: "/v1/map", operation: "map", summary: "Every port of the ephemeral range, as runs of equal outcome",
        failures: [404],
        answer: .json(
            schema: "Map",
            example: """
                {"address": "127.0.0.1", "client": "connect", "at": "2026-01-01T12:00:40.000Z", "elapsed_seconds": 27.5,
                "complete": true, "ephemeral_range": {"first": 32768, "last": 60999}, "reserved_ports": "33333",
                "ports": 28232, "measured": true, "self_connected_share": 0.999929,
                "by_outcome": {"self-connected": 28230, "reserved": 1, "not-available": 1}, "by_holder": {"listening": 1},
                "parity": {"even": {"connect": "likely", "bind": "rare", "bind-late": "likely", "range": "likely"},
                "odd": {"connect": "rare", "bind": "likely", "bind-late": "rare", "range": "likely"},
                "rule": "Clients that call connect() are given even ports."},
                "runs": [{"first": 32768, "last": 33332, "outcome": "self-connected"},
                {"first": 33333, "last": 33333, "outcome": "reserved"},
                {"first": 33334, "last": 50009, "outcome": "self-connected"},
                {"first": 50010, "last": 50010, "outcome": "not-available", "holder": "listening"},
                {"first": 50011, "last": 60999, "outcome": "self-connected"}]}
                """))

    private static let mapPicture = OpenAPIRoute(
        path: "/v1/map.svg", operation: "mapPicture", summary: "The map as a picture", failures: [404],
        answer: .text(["image/svg+xml"], example: #""<svg xmlns='http://www.w3.org/2000/svg'></svg>""#))

    private static let metrics = OpenAPIRoute(
        path: "/metrics", operation: "metrics", summary: "The same for Prometheus, in the format that Accept asks for",
        hasValidator: false,
        answer: .text(
            MetricsText.Format.allCases.map(\.contentType), example: #""selfconnect_http_connections 1\n""#))

    private static let healthy = OpenAPIRoute(
        path: "/-/healthy", operation: "healthy", summary: "Whether every thread makes progress; needs no token",
        isPublic: true, answer: .json(schema: "Health", example: #"{"healthy": true}"#))

    private static let ready = OpenAPIRoute(
        path: "/-/ready", operation: "ready", summary: "Whether the first pass is complete",
        answer: .json(schema: "Readiness", example: #"{"ready": true}"#))

    private static let description = OpenAPIRoute(
        path: "/openapi.json", operation: "openapi", summary: "This description",
        answer: .json(schema: "Description", example: #"{"openapi": "3.1.0"}"#))

    private static func filter(_ name: String, _ text: String, _ words: [String]) -> Parameter {
        let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
        return Parameter(
            name: name, place: "query", text: text,
            schema: #"{"type": "array", "minItems": 1, "items": {"enum": [\#(list)]}}"#, example: "[\"\(words[0])\"]")
    }

    private static let kernelExample = """
        {"release": "6.1.0", "ephemeral_range": {"first": 32768, "last": 60999}, "reserved_ports": "33333,40000-40010",
        "autobind_reuse": false, "directed_probe": true, "range_walks_both_parities": false, "sockets": "sock-diag",
        "shows_bound_sockets": false}
        """

    private static let holderExample = """
        {"state": "listening", "local": "127.0.0.1:50010", "uid": 112, "unit": "hdfs.service", "pid": 812,
        "command": "java"}
        """

    private static let targetExample = """
        {"name": "hdfs-datanode", "endpoint": "127.0.0.1:50010", "source": "configured", "verdict": "susceptible",
        "severity": "critical", "previous_verdict": "latent", "since": "2026-01-01T12:00:00.000Z",
        "last_probe": "2026-01-01T12:00:12.500Z", "reason": "Port 50010 lies in the ephemeral range.",
        "proof": "directed", "configured_clients": ["connect"],
        "clients": {"connect": {"exposure": "likely", "expected_attempts": 12548, "proof": "directed"}},
        "directed": [{"client": "connect", "outcome": "self-connected", "at": "2026-01-01T12:00:12.500Z", "attempts": 1,
        "elapsed_seconds": 0.00003, "local": "127.0.0.1:50010", "peer": "127.0.0.1:50010"}],
        "server_can_bind": {"answer": "yes", "address": "0.0.0.0", "proof": "directed"},
        "remedy": {"reserve": "50010", "lasting": "net.ipv4.ip_local_reserved_ports = 33333,50010,50020"}}
        """
}
