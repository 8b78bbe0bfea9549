import SelfConnect

// The names of the labels are none that Prometheus or its operator attaches to what it scrapes (`instance`, `endpoint`,
// `namespace`, `service`, `pod`): those would be renamed to `exported_…`.

/// The metrics of single targets.
enum TargetMetrics {
    /// Nothing in a summary.
    static func families(_ targets: [WatchedTarget], detail: MetricsDetail) -> [MetricFamily] {
        guard detail >= .targets else { return [] }
        let targets = targets.map { Labelled(watched: $0, labels: labels($0.target)) }
        return verdicts(targets) + (detail >= .clients ? clients(targets) : [])
    }

    private typealias Sample = MetricFamily.Sample

    /// A target with the labels of all its samples.
    private struct Labelled {
        let watched: WatchedTarget
        let labels: MetricFamily.Labels

        var assessment: Assessment { watched.finding.assessment }
    }

    private static func labels(_ target: Target) -> MetricFamily.Labels {
        MetricFamily.Labels([
            ("target", target.name), ("address", "\(target.endpoint.address)"), ("port", "\(target.endpoint.port)"),
            ("netns", target.namespace ?? ""),
        ])
    }

    private static func verdicts(_ targets: [Labelled]) -> [MetricFamily] {
        [
            MetricFamily(
                "selfconnect_target_verdict", .gauge,
                "1, with the verdict of the target, its severity and its source as labels",
                targets.lazy.map { target in
                    let labels = target.labels.adding("verdict", target.assessment.verdict.rawValue)
                        .adding("severity", target.assessment.severity.rawValue)
                        .adding("source", target.watched.target.source.rawValue)
                    return Sample(labels, 1)
                }),
            MetricFamily(
                "selfconnect_target_severity", .gauge, "Severity of the target: 0 ok, 1 notice, 2 warning, 3 critical",
                targets.lazy.map { Sample($0.labels, Double($0.assessment.severity.rank)) }),
            MetricFamily(
                "selfconnect_target_since_timestamp_seconds", .gauge, "Time of the last change of the verdict",
                targets.lazy.map { Sample($0.labels, $0.watched.current.at.seconds) }),
            MetricFamily(
                "selfconnect_target_last_probe_timestamp_seconds", .gauge, "Time of the last survey of the target",
                targets.lazy.map { Sample($0.labels, $0.watched.finding.at.seconds) }),
        ]
    }

    private static func clients(_ targets: [Labelled]) -> [MetricFamily] {
        [
            MetricFamily(
                "selfconnect_target_exposure", .gauge, "1, with the exposure of the client kind as a label",
                exposures(of: targets) { labels, exposure in
                    Sample(labels.adding("exposure", exposure.level.rawValue), 1)
                }),
            MetricFamily(
                "selfconnect_target_expected_attempts", .gauge,
                "Mean number of connect() calls until a self-connection",
                exposures(of: targets) { labels, exposure in
                    exposure.expectedAttempts.map { Sample(labels, $0.rounded()) }
                }),
            MetricFamily(
                "selfconnect_target_loop_attempts", .gauge, "Attempts of the last loop probe that self-connected",
                targets.lazy.compactMap { target in
                    target.watched.closedLoopAttempts.map { Sample(target.labels, Double($0)) }
                }),
        ]
    }

    /// A sample for each client kind of each target.
    private static func exposures(
        of targets: [Labelled], _ sample: @escaping (MetricFamily.Labels, Exposure) -> Sample?
    ) -> some Sequence<Sample> {
        targets.lazy.flatMap { target in
            ClientKind.allCases.compactMap { kind in
                target.assessment.exposures[kind].flatMap { sample(target.labels.adding("client", kind.rawValue), $0) }
            }
        }
    }
}
