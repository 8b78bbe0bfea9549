package import SelfConnect

/// The metrics of a snapshot. Names and labels are stable, see docs/metrics.md.
package enum TargetMetrics {
    /// All metrics of the snapshot.
    package static func families(_ snapshot: Snapshot) -> [MetricFamily] {
        let targets = snapshot.targets.map { Labelled(watched: $0, labels: labels($0)) }
        return verdicts(targets) + times(targets) + odds(targets)
            + probes(snapshot.statistics) + kernel(snapshot.kernel) + census(snapshot)
            + (snapshot.map.map.map { MapMetrics.families($0) } ?? [])
    }

    private static func census(_ snapshot: Snapshot) -> [MetricFamily] {
        [
            MetricFamily(
                "selfconnect_live_self_connections", .gauge, "Self-connected sockets on the host, regardless of owner",
                Double(snapshot.census.selfConnections.count)),
            MetricFamily(
                "selfconnect_ephemeral_listeners", .gauge, "Listeners whose port lies in the ephemeral range",
                Double(snapshot.census.listeners.count)),
            MetricFamily(
                "selfconnect_stolen_ports", .gauge, "Targets whose port is the source port of another connection now",
                Double(snapshot.stolen.count)),
            MetricFamily(
                "selfconnect_namespaces", .gauge, "Network namespaces that are watched as a whole",
                Double(snapshot.namespaces.count { $0.fault == nil })),
            MetricFamily(
                "selfconnect_guards", .gauge, "Targets with a guard, by what became of it",
                GuardState.Name.allCases.map { name in
                    let count = snapshot.targets.count { $0.guardState?.name == name }
                    return Sample(MetricFamily.Labels([("state", name.rawValue)]), Double(count))
                }),
            MetricFamily(
                "selfconnect_unwatched_endpoints", .gauge,
                "Endpoints of listeners and of all addresses that are not watched because there are too many",
                Double(snapshot.unwatched.count)),
            MetricFamily(
                "selfconnect_events_total", .counter, "Events since the start", Double(snapshot.events.total)),
            MetricFamily(
                "selfconnect_events_left_out_total", .counter,
                "Events that were not kept because too many came at once", Double(snapshot.events.omitted)),
        ]
    }

    private typealias Sample = MetricFamily.Sample

    /// A target with the labels of all its samples.
    private struct Labelled {
        let watched: WatchedTarget
        let labels: MetricFamily.Labels
    }

    private static func labels(_ watched: WatchedTarget) -> MetricFamily.Labels {
        let namespace = watched.target.namespace.map { [("namespace", $0)] } ?? []
        return MetricFamily.Labels(
            [("target", watched.target.name), ("endpoint", "\(watched.target.endpoint)")] + namespace)
    }

    private static func verdicts(_ targets: [Labelled]) -> [MetricFamily] {
        [
            MetricFamily(
                "selfconnect_target_verdict", .gauge, "1 for the verdict that the target has, 0 for all others",
                targets.lazy.flatMap { target in
                    Verdict.allCases.lazy.map { verdict in
                        let isIt = target.watched.finding.assessment.verdict == verdict
                        return Sample(target.labels.adding("verdict", verdict.rawValue), isIt ? 1 : 0)
                    }
                }),
            MetricFamily(
                "selfconnect_target_susceptible", .gauge, "Whether a configured client kind can connect to itself",
                targets.lazy.map { Sample($0.labels, $0.watched.finding.assessment.verdict == .susceptible ? 1 : 0) }),
            MetricFamily(
                "selfconnect_target_exposure", .gauge, "1 for the exposure that the client kind has, 0 for all others",
                targets.lazy.flatMap { target in
                    target.watched.finding.evidence.kernel.clientKinds.flatMap { kind in
                        let labels = target.labels.adding("client", kind.rawValue)
                        let actual = target.watched.finding.assessment.exposures[kind]?.level
                        return Exposure.Level.allCases.map { level in
                            Sample(labels.adding("exposure", level.rawValue), actual == level ? 1 : 0)
                        }
                    }
                }),
        ]
    }

    private static func times(_ targets: [Labelled]) -> [MetricFamily] {
        [
            MetricFamily(
                "selfconnect_target_since_timestamp_seconds", .gauge, "Since when the target has its verdict",
                targets.lazy.map { Sample($0.labels, $0.watched.current.at.seconds) }),
            MetricFamily(
                "selfconnect_target_last_probe_timestamp_seconds", .gauge, "When the target was last surveyed",
                targets.lazy.map { Sample($0.labels, $0.watched.finding.at.seconds) }),
        ]
    }

    private static func odds(_ targets: [Labelled]) -> [MetricFamily] {
        [
            MetricFamily(
                "selfconnect_target_loop_attempts", .gauge, "Attempts of the last loop probe that connected to itself",
                targets.lazy.compactMap { target in
                    target.watched.closedLoopAttempts.map { Sample(target.labels, Double($0)) }
                }),
            MetricFamily(
                "selfconnect_target_expected_attempts", .gauge,
                "Mean number of connects until a client of the kind connects to itself",
                targets.lazy.flatMap { target in
                    ClientKind.allCases.compactMap { kind in
                        target.watched.finding.assessment.exposures[kind]?.expectedAttempts.map {
                            Sample(target.labels.adding("client", kind.rawValue), $0.rounded())
                        }
                    }
                }),
        ]
    }

    private static func probes(_ statistics: ProbeStatistics) -> [MetricFamily] {
        let methods = ProbeMethod.allCases.map { ($0.rawValue, statistics.methods[$0] ?? ProbeStatistics.Method()) }
        func counter(_ name: String, _ help: String, _ value: (ProbeStatistics.Method) -> Int) -> MetricFamily {
            MetricFamily(name, .counter, help, methods.map { Sample([("method", $0)], Double(value($1))) })
        }
        return [
            counter("selfconnect_probes_total", "Probes that ran", \.probes),
            counter("selfconnect_probe_failures_total", "Probes that were hindered", \.failures),
            counter("selfconnect_probe_attempts_total", "Calls of connect()", \.attempts),
            MetricFamily(
                "selfconnect_probe_duration_seconds", .histogram, "How long probes took, pauses included",
                methods.flatMap { histogram($1.durations, [("method", $0)]) }),
            MetricFamily(
                "selfconnect_verdict_changes_total", .counter, "Changes to a verdict, first verdicts included",
                Verdict.allCases.map { Sample([("verdict", $0.rawValue)], Double(statistics.changes[$0] ?? 0)) }),
            MetricFamily(
                "selfconnect_kernel_drift_total", .counter,
                "How often the ephemeral range or the reserved ports were found changed", Double(statistics.drifts)),
        ]
    }

    private static func histogram(_ histogram: Histogram, _ labels: [(String, String)]) -> [Sample] {
        var total = 0
        let bounds = Histogram.bounds + [Double.infinity]
        return zip(bounds, histogram.counts).map { bound, count in
            total += count
            return Sample(suffix: "_bucket", labels + [("le", bound == .infinity ? "+Inf" : "\(bound)")], Double(total))
        } + [
            Sample(suffix: "_sum", labels, histogram.sum),
            Sample(suffix: "_count", labels, Double(histogram.count)),
        ]
    }

    private static func kernel(_ facts: KernelFacts) -> [MetricFamily] {
        [
            MetricFamily(
                "selfconnect_ephemeral_port_first", .gauge, "Lowest port of net.ipv4.ip_local_port_range",
                Double(facts.ephemeralRange.first)),
            MetricFamily(
                "selfconnect_ephemeral_port_last", .gauge, "Highest port of net.ipv4.ip_local_port_range",
                Double(facts.ephemeralRange.last)),
            MetricFamily(
                "selfconnect_reserved_ports", .gauge, "Number of ports in net.ipv4.ip_local_reserved_ports",
                Double(facts.reservedPorts.count)),
        ]
    }
}
