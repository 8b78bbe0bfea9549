import SelfConnect

/// A watched port as shown in a picture: several addresses of one port are combined.
struct MarkedPort: Hashable {
    var port: UInt16
    var name: String
    var verdict: Verdict
    var severity: Severity

    /// The ports of the targets in the daemon's own network namespace, most severe first; for each port its most severe
    /// target.
    static func all(of targets: [WatchedTarget]) -> [MarkedPort] {
        var ports: [UInt16: MarkedPort] = [:]
        for watched in targets where watched.target.namespace == nil {
            let assessment = watched.finding.assessment
            let marked = MarkedPort(
                port: watched.target.endpoint.port, name: watched.target.name, verdict: assessment.verdict,
                severity: assessment.severity)
            if ports[marked.port].map({ marked.isBefore($0) }) ?? true { ports[marked.port] = marked }
        }
        return ports.values.sorted { $0.isBefore($1) }
    }

    private func isBefore(_ other: MarkedPort) -> Bool {
        (other.severity, verdict.rank, port) < (severity, other.verdict.rank, other.port)
    }
}
