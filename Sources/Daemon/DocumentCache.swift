import HTTP
import Reporting

/// Rendered documents of one snapshot.
struct DocumentCache {
    private var generation = -1
    private var fault: String?
    private var answers: [String: Response] = [:]
    private var metrics: [MetricsText.Format: [MetricsText.Part]] = [:]

    /// Names and filters are a client's choice: no more than this many documents are kept.
    private static let limit = 256

    /// Forgets the documents if the snapshot or the daemon's health has changed.
    mutating func renew(_ generation: Int, _ fault: String?) {
        guard generation != self.generation || fault != self.fault else { return }
        self.generation = generation
        self.fault = fault
        answers.removeAll(keepingCapacity: true)
        metrics.removeAll(keepingCapacity: true)
    }

    /// The answer under this key, rendered if there is none.
    mutating func answer(_ key: String, _ render: () -> Response) -> Response {
        if let answer = answers[key] { return answer }
        let answer = render()
        if answers.count < Self.limit { answers[key] = answer }
        return answer
    }

    /// The snapshot's metrics, rendered if they are not.
    mutating func families(_ format: MetricsText.Format, _ families: () -> [MetricFamily]) -> [MetricsText.Part] {
        if let parts = metrics[format] { return parts }
        let parts = MetricsText.parts(families(), format)
        metrics[format] = parts
        return parts
    }
}
