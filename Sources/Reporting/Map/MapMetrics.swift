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
                "selfconnect_map_ports", .gauge,
                "Ports of the ephemeral range by the outcome of their probe in the last sweep; outcomes of no port are omitted",
                PortMap.Outcome.allCases.compactMap { outcome in
                    counts[outcome].map { .init([("outcome", outcome.rawValue)], Double($0)) }
                }),
            MetricFamily(
                "selfconnect_map_timestamp_seconds", .gauge, "Time of the last sweep of the ephemeral range",
                map.at.seconds),
        ]
    }
}
