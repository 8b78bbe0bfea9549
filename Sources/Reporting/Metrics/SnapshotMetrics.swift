package import SelfConnect

/// The metrics of a snapshot. Names and labels are a contract: docs/metrics.md.
package enum SnapshotMetrics {
    private typealias Sample = MetricFamily.Sample

    /// All of them, with so much detail.
    package static func families(_ snapshot: Snapshot, detail: MetricsDetail) -> [MetricFamily] {
        groups(snapshot.targets) + census(snapshot) + probes(snapshot.counters.probes) + kernel(snapshot.kernel)
            + [
                MetricFamily(
                    "selfconnect_probe_interval_seconds", .gauge, "Time between two directed probes of a target",
                    snapshot.times.probeInterval.inSeconds)
            ]
            + (snapshot.map.map.map { MapMetrics.families($0) } ?? [])
            + TargetMetrics.families(snapshot.targets, detail: detail)
    }

    /// What targets are counted by.
    private struct Group: Hashable {
        let verdict: Verdict
        let severity: Severity
        let source: Target.Source
    }

    private static func groups(_ targets: [WatchedTarget]) -> [MetricFamily] {
        let counts: [Group: Int] = targets.reduce(into: [:]) { counts, watched in
            let assessment = watched.finding.assessment
            let group = Group(
                verdict: assessment.verdict, severity: assessment.severity, source: watched.target.source)
            counts[group, default: 0] += 1
        }
        let groups = Verdict.allCases.flatMap { verdict in
            Severity.allCases.flatMap { severity in
                Target.Source.allCases.map { Group(verdict: verdict, severity: severity, source: $0) }
            }
        }
        return [
            MetricFamily(
                "selfconnect_targets", .gauge,
                "Targets by verdict, severity and source; combinations without a target are omitted",
                groups.compactMap { group in
                    counts[group].map { count in
                        Sample(
                            [
                                ("verdict", group.verdict.rawValue), ("severity", group.severity.rawValue),
                                ("source", group.source.rawValue),
                            ], Double(count))
                    }
                }),
            MetricFamily(
                "selfconnect_namespaces", .gauge, "Network namespaces that have a target",
                Double(Set(targets.map(\.target.namespace)).count)),
        ]
    }

    private static func census(_ snapshot: Snapshot) -> [MetricFamily] {
        [
            MetricFamily(
                "selfconnect_live_self_connections", .gauge, "Self-connected sockets on the host, regardless of owner",
                Double(snapshot.host.census.selfConnections.count)),
            MetricFamily(
                "selfconnect_self_connections_total", .counter,
                "Self-connections on the host since the start, each counted once",
                Double(snapshot.counters.selfConnections)),
            MetricFamily(
                "selfconnect_failed_connects_total", .counter,
                "Failed connection attempts of the network namespace since the start, without those of own probes",
                Double(snapshot.counters.failedConnects.total)),
            MetricFamily(
                "selfconnect_events_lost_total", .counter,
                "Overflows of the kernel's queue of destroy events, each followed by a full pass",
                Double(snapshot.eventStream.overruns)),
            MetricFamily(
                "selfconnect_events_followed", .gauge,
                "Whether the kernel's destroy events are followed; missing if they are not to be",
                snapshot.eventStream.isFollowed.map { [Sample([], $0 ? 1 : 0)] } ?? []),
            MetricFamily(
                "selfconnect_ephemeral_listeners", .gauge, "Listeners whose port lies in the ephemeral range",
                Double(snapshot.host.census.listeners.count)),
            MetricFamily(
                "selfconnect_guards", .gauge, "Targets with a guard, by what became of it",
                GuardState.Name.allCases.map { name in
                    let count = snapshot.targets.count { $0.guardState?.name == name }
                    return Sample([("state", name.rawValue)], Double(count))
                }),
            MetricFamily(
                "selfconnect_unwatched_endpoints", .gauge,
                "Endpoints of listeners and of all addresses that are not watched because a limit was reached",
                Double(snapshot.host.unwatched.count)),
            MetricFamily(
                "selfconnect_events_total", .counter, "Events since the start", Double(snapshot.events.total)),
            MetricFamily(
                "selfconnect_events_left_out_total", .counter,
                "Events that were dropped because too many occurred in one pass or of one target",
                Double(snapshot.events.omitted)),
        ]
    }

    private static func probes(_ statistics: ProbeStatistics) -> [MetricFamily] {
        func counter(_ name: String, _ help: String, _ value: (ProbeStatistics.Method) -> Double) -> MetricFamily {
            MetricFamily(
                name, .counter, help,
                ProbeMethod.allCases.map {
                    Sample([("method", $0.rawValue)], value(statistics.methods[$0] ?? ProbeStatistics.Method()))
                })
        }
        return [
            MetricFamily(
                "selfconnect_passes_total", .counter, "Complete passes over the targets that were due",
                Double(statistics.passes)),
            counter("selfconnect_probes_total", "Probes that ran") { Double($0.probes) },
            counter("selfconnect_probe_failures_total", "Probes that failed or were blocked") { Double($0.failures) },
            counter("selfconnect_probe_attempts_total", "Calls of connect()") { Double($0.attempts) },
            counter("selfconnect_probe_seconds_total", "Duration of all probes, pauses of loop probes included") {
                $0.elapsed.inSeconds
            },
            MetricFamily(
                "selfconnect_verdict_changes_total", .counter,
                "Changes of a target to a verdict that affects clients now, including first verdicts",
                Verdict.exposures.map { Sample([("verdict", $0.rawValue)], Double(statistics.changes[$0] ?? 0)) }),
            MetricFamily(
                "selfconnect_kernel_drift_total", .counter,
                "Changes of the ephemeral range, the reserved ports or the port walk", Double(statistics.drifts)),
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
