import HTTP
import Reporting

/// Rendered documents of one snapshot.
struct DocumentCache {
    private var generation = -1
    private var service: ServiceFacts?
    private var documents: [String: Representation] = [:]
    private var metrics: [MetricsText.Format: MetricsAnswer] = [:]

    /// Names and filters are a client's choice: no more than this many documents are kept.
    private static let limit = 256

    /// Forgets the documents if the snapshot, the daemon's health or its settings have changed.
    mutating func renew(_ generation: Int, _ service: ServiceFacts) {
        guard generation != self.generation || service != self.service else { return }
        self.generation = generation
        self.service = service
        documents.removeAll(keepingCapacity: true)
        metrics.removeAll(keepingCapacity: true)
    }

    /// The answer of the document under this key, rendered if there is none; nil if there is no such document.
    mutating func answer(_ key: String, to request: Request, _ render: () -> [UInt8]?) -> Response? {
        if documents[key] == nil {
            guard let content = render() else { return nil }
            var document = Representation(content, contentType: "application/json")
            guard documents.count < Self.limit else { return document.answer(to: request) }
            documents[key] = document
        }
        return documents[key]?.answer(to: request)
    }

    /// The snapshot's metrics together with those of the moment.
    mutating func metrics(
        _ format: MetricsText.Format, to request: Request, constant: () -> [MetricFamily], passing: [MetricFamily]
    ) -> Response {
        if metrics[format] == nil { metrics[format] = MetricsAnswer(constant(), format) }
        let coding = AcceptEncoding.preferred(by: request.fields)
        let content = metrics[format]?.content(with: passing, coding) ?? []
        let response = Response(.ok, contentType: format.contentType, content: content)
            .with("Cache-Control", "no-cache").with("Vary", "Accept, Accept-Encoding")
        return coding == .gzip ? response.with("Content-Encoding", "gzip") : response
    }
}
