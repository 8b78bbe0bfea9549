import SelfConnect

/// The metrics of a map.
enum MapMetrics {
    /// How many ports have each outcome, and as of when. Nothing of a map that measured nothing: zeros would say that no
    /// port is exposed.
    static func families(_ map: PortMap) -> [MetricFamily] {
        guard map.isMeasured else { return [] }
        let counts = map.countByOutcome
        return [
            MetricFamily(
                "selfconnect_map_ports", .gauge, "Ports of the ephemeral range by what became of their probe",
                PortMap.Outcome.allCases.map { .init([("outcome", $0.rawValue)], Double(counts[$0] ?? 0)) }),
            MetricFamily(
                "selfconnect_map_timestamp_seconds", .gauge, "When the ports of the range were last swept",
                map.at.seconds),
        ]
    }
}
