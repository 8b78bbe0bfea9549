import SelfConnect

/// The JSON Schemas of responses. Objects are closed: a key that is not listed is an error.
enum OpenAPISchemas {
    /// `components.schemas`.
    static var json: String {
        members([
            "Index": object([
                "name": list(string), "version": list(string), "paths": list(string),
            ]),
            "Status": object([
                "service": service, "kernel": reference("Kernel"), "summary": summary,
                "targets": list(reference("Target")),
            ]),
            "Summary": object(["service": service, "kernel": reference("Kernel"), "summary": summary]),
            "Targets": object(["targets": list(reference("Target"))]),
            "Target": target,
            "Kernel": kernel,
            "Sockets": object([
                "at": time, "listeners": list(reference("Holder")), "self_connections": list(reference("Holder")),
                "stolen_ports": list(object(["target": string, "holder": reference("Holder")])), "left_out": count,
            ]),
            "Namespaces": object(["at": time, "namespaces": list(namespace)]),
            "Events": object(["events": list(event), "total": count, "left_out": count]),
            "Map": map,
            "Health": object(["healthy": #"{"const": true}"#], optional: ["degraded": list(string)]),
            "Readiness": object(["ready": #"{"const": true}"#]),
            "Description": #"{"type": "object", "required": ["openapi"]}"#,
            "Refusal": object(["error": object(["status": count, "message": string])]),
            "Holder": holder,
            "Observation": observation,
        ])
    }

    // MARK: Documents

    private static let service = object(
        [
            "name": string, "version": string, "started": time, "uptime_seconds": number, "healthy": boolean,
            "ready": boolean,
            "listen": list(
                object(["outside_ephemeral_range": boolean], optional: ["endpoint": string, "unix": string])),
            "config": object(
                ["last_reload": time, "last_reload_successful": boolean], optional: ["path": string, "fault": string]),
        ], optional: ["fault": string])

    private static let summary = object(
        [
            "targets": count, "by_verdict": map(count), "last_pass": time, "ephemeral_listeners": count,
            "self_connections": count, "self_connections_total": count, "stolen_ports": count,
            "failed_connects": object(["total": count], optional: ["per_second": number]),
            "event_stream": object(
                ["state": #"{"enum": ["followed", "off", "unavailable"]}"#, "lost": count],
                optional: ["reason": string]),
        ],
        optional: [
            "endpoints_left_out": count,
            "remedy": object([:], optional: ["reserve": string, "lasting": string, "warning": string]),
        ])

    private static let range = object(["first": port, "last": port])

    private static let kernel = object(
        [
            "release": string, "ephemeral_range": range, "reserved_ports": string, "directed_probe": boolean,
            "sockets": #"{"enum": ["sock-diag", "proc-net", "none"]}"#, "shows_bound_sockets": boolean,
            "autobind_reuse": boolean,
        ],
        optional: [
            "port_step_width": count, "range_walks_both_parities": boolean,
            "drift": object(
                ["changes": count, "initial_ephemeral_range": range, "initial_reserved_ports": string],
                optional: ["last_change": time, "initial_port_step_width": count]),
        ])

    private static let map = object(
        [
            "address": string, "client": words(ClientKind.self), "at": time, "elapsed_seconds": number,
            "complete": boolean, "ephemeral_range": range, "reserved_ports": string, "ports": count,
            "measured": boolean, "by_outcome": map(count), "by_holder": map(count),
            "parity": object(["even": exposures, "odd": exposures, "rule": string]),
            "runs": list(
                object(
                    ["first": port, "last": port, "outcome": words(PortMap.Outcome.self)],
                    optional: ["holder": words(Holder.State.self)])),
        ],
        optional: [
            "hindrance": string, "self_connected_share": #"{"type": "number", "minimum": 0, "maximum": 1}"#,
        ])

    private static let exposures = map(words(Exposure.Level.self))

    private static let target = object(
        [
            "name": string, "endpoint": string, "source": string, "verdict": words(Verdict.self),
            "severity": words(Severity.self), "since": time, "last_probe": time, "reason": string,
            "proof": words(Proof.self), "configured_clients": list(words(ClientKind.self)),
            "clients": map(
                object(
                    ["exposure": words(Exposure.Level.self), "proof": words(Proof.self)],
                    optional: [
                        "expected_attempts": number, "expected_attempts_reusing_address": number,
                        "mean_seconds_at_rate": map(number),
                    ])),
        ],
        optional: [
            "namespace": string, "previous_verdict": words(Verdict.self), "holder": reference("Holder"),
            "directed": list(reference("Observation")), "loop": reference("Observation"), "guard": guardState,
            "remedy": remedy, "mean_seconds_bound": number,
            "history": list(change), "same_name": list(string), "server_can_bind": serverAccess,
        ])

    private static let remedy = object(
        [:], optional: ["now": list(string), "reserve": string, "lasting": string, "warning": string])

    private static let guardState = object(
        ["state": words(GuardState.Name.self)], optional: ["since": time, "reason": string])

    private static let serverAccess = object(
        ["answer": words(ServerAccess.Answer.self), "address": string, "proof": words(Proof.self)],
        optional: ["because": string])

    private static let change = object(
        ["at": time, "verdict": words(Verdict.self), "severity": words(Severity.self), "reason": string],
        optional: ["previous": words(Verdict.self)])

    private static let holder = object(
        ["state": words(Holder.State.self), "local": string],
        optional: [
            "peer": string, "uid": count, "user": string, "unit": string, "cgroup": string, "pid": count,
            "command": string, "reuses_address": boolean, "container": string, "namespace": string,
        ])

    private static let namespace = object(
        [
            "name": string, "origin": words(NamespaceLabel.Origin.self), "inode": count, "by_verdict": map(count),
            "ephemeral_listeners": count, "self_connections": count,
        ],
        optional: [
            "ephemeral_range": range, "reserved_ports": string, "last_visit": time, "visit_seconds": number,
            "connections_seen": time, "fault": string,
        ])

    private static let observation = object(
        [
            "client": words(ClientKind.self), "outcome": words(Observation.Outcome.self), "at": time,
            "attempts": count, "elapsed_seconds": number,
        ],
        optional: [
            "local": string, "peer": string, "error": string, "reason": string,
            "confidence": #"{"type": "number", "minimum": 0, "maximum": 1}"#,
        ])

    private static let event = object(
        ["kind": words(Event.Kind.self), "at": time, "severity": words(Severity.self), "message": string],
        optional: [
            "target": string, "endpoint": string, "namespace": string, "verdict": words(Verdict.self),
            "previous_verdict": words(Verdict.self), "ended": boolean, "bytes": count,
        ])

    // MARK: Parts of schemas

    private static let string = #"{"type": "string"}"#
    private static let boolean = #"{"type": "boolean"}"#
    private static let number = #"{"type": "number"}"#
    private static let count = #"{"type": "integer", "minimum": 0}"#
    private static let port = #"{"type": "integer", "minimum": 0, "maximum": 65535}"#
    private static let time = #"{"type": "string", "format": "date-time"}"#

    private static func reference(_ name: String) -> String { ##"{"$ref": "#/components/schemas/\##(name)"}"## }

    private static func list(_ items: String) -> String { #"{"type": "array", "items": \#(items)}"# }

    private static func map(_ values: String) -> String {
        #"{"type": "object", "additionalProperties": \#(values)}"#
    }

    private static func words<Word: CaseIterable & RawRepresentable>(_: Word.Type) -> String
    where Word.RawValue == String {
        #"{"enum": [\#(Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))]}"#
    }

    private static func object(
        _ required: KeyValuePairs<String, String>, optional: KeyValuePairs<String, String> = [:]
    ) -> String {
        let names = required.map { "\"\($0.key)\"" }.joined(separator: ", ")
        let properties = (Array(required) + Array(optional)).map { "\"\($0.key)\": \($0.value)" }
        return """
            {"type": "object", "required": [\(names)], "additionalProperties": false,
            "properties": {\(properties.joined(separator: ",\n"))}}
            """
    }

    private static func members(_ schemas: KeyValuePairs<String, String>) -> String {
        "{\n" + schemas.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",\n") + "\n}"
    }
}
