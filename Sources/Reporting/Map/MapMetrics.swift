import SelfConnect

/// The metrics of a map.
enum MapMetrics {
    /// The number of ports with each outcome, and the time. Empty for a map without measurements: zeros would mean that
    /// no port is exposed.
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
