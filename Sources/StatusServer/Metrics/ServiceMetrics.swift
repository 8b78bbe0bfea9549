import HTTP
import Linux
import Reporting
import SelfConnect

/// The metrics of the daemon itself, which change between scrapes.
enum ServiceMetrics {
    static func families(
        _ service: ServiceFacts, usage: ProcessUsage, requests: RequestCounts, connections: ConnectionCounts,
        droppedLogLines: Int
    ) -> [MetricFamily] {
        http(requests, connections) + process(usage, since: service.started) + configuration(service) + [
            MetricFamily(
                "selfconnect_log_lines_dropped_total", .counter,
                "Log messages that were dropped because stderr or the journal was blocked",
                Double(droppedLogLines))
        ]
    }

    /// Whether passes keep up; empty without configured targets.
    static func passes(oldestVerdict: Duration?) -> [MetricFamily] {
        oldestVerdict.map {
            [
                MetricFamily(
                    "selfconnect_oldest_verdict_seconds", .gauge, "Age of the oldest verdict of a configured target",
                    $0.inSeconds)
            ]
        } ?? []
    }

    private static func http(_ requests: RequestCounts, _ connections: ConnectionCounts) -> [MetricFamily] {
        let counts = requests.entries.sorted { ($0.path, $0.code) < ($1.path, $1.code) }
        return [
            MetricFamily(
                "selfconnect_http_requests_total", .counter, "Responses by status and route",
                counts.map { .init([("code", "\($0.code)"), ("path", $0.path)], Double($0.count)) }),
            MetricFamily("selfconnect_http_connections", .gauge, "Open connections", Double(connections.open)),
            MetricFamily(
                "selfconnect_http_connections_refused_total", .counter,
                "Connections that were rejected because a limit was reached",
                ConnectionLimiter.Refusal.allCases.map {
                    .init([("reason", $0.rawValue)], Double(connections.refused[$0] ?? 0))
                }),
            MetricFamily(
                "selfconnect_http_connections_ended_total", .counter,
                "Closed connections by reason; reasons that have not occurred are omitted",
                Connection.End.Reason.allCases.compactMap { reason in
                    connections.ended[reason].map { .init([("reason", reason.rawValue)], Double($0)) }
                }),
            MetricFamily(
                "selfconnect_http_accept_pauses_total", .counter,
                "Pauses of accepting because descriptors or memory were exhausted", Double(connections.pauses)),
        ]
    }

    private static func process(_ usage: ProcessUsage, since start: Timestamp) -> [MetricFamily] {
        func optional(_ name: String, _ help: String, _ value: Int?) -> [MetricFamily] {
            value.map { [MetricFamily(name, .gauge, help, Double($0))] } ?? []
        }
        return [
            MetricFamily(
                "process_cpu_seconds_total", .counter, "Processor time of all threads",
                usage.processorTime.inSeconds),
            MetricFamily("process_max_fds", .gauge, "Limit on open file descriptors", Double(usage.descriptorLimit)),
            MetricFamily("process_start_time_seconds", .gauge, "Time of the start of the daemon", start.seconds),
        ] + optional("process_open_fds", "Open file descriptors", usage.openDescriptors)
            + optional("process_resident_memory_bytes", "Resident memory", usage.residentMemory)
    }

    private static func configuration(_ service: ServiceFacts) -> [MetricFamily] {
        [
            MetricFamily(
                "selfconnect_config_last_reload_successful", .gauge,
                "Whether the last load of the configuration, at start or reload, succeeded",
                service.reloadFault == nil ? 1 : 0),
            MetricFamily(
                "selfconnect_config_last_reload_success_timestamp_seconds", .gauge,
                "Time of the last successful load of the configuration", service.lastSuccess.seconds),
            MetricFamily(
                "selfconnect_build_info", .info, "1, with the version as labels",
                [
                    .init(
                        [("version", Version.number), ("revision", Version.revision), ("swift", Version.swift)], 1)
                ]),
        ]
    }
}
