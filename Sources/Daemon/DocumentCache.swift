import HTTP
import Reporting

/// Rendered documents of one snapshot.
struct DocumentCache {
    private var generation = -1
    private var service: ServiceFacts?
    private var documents: [String: Representation] = [:]
    private var metrics: [MetricsText.Format: MetricsAnswer] = [:]
    private var merged: [Merged: (content: [UInt8], at: Duration)] = [:]
    /// How many octets the documents have that clients chose.
    private var chosenOctets = 0

    private struct Merged: Hashable {
        let format: MetricsText.Format
        let coding: AcceptEncoding.Coding
    }

    /// Names and filters are a client's choice, and with thousands of targets each way to write a filter makes a
    /// document of megabytes: no more documents than this are kept, and no more octets.
    private static let limit = 256
    private static let octetLimit = 4 << 20
    /// Scrapes within this time share one text: a crowd that does not read must not have a copy each.
    private static let sharing = Duration.milliseconds(100)

    /// Forgets the documents if the snapshot, the daemon's health or its settings have changed.
    mutating func renew(_ generation: Int, _ service: ServiceFacts) {
        guard generation != self.generation || service != self.service else { return }
        self.generation = generation
        self.service = service
        documents.removeAll(keepingCapacity: true)
        metrics.removeAll(keepingCapacity: true)
        merged.removeAll(keepingCapacity: true)
        chosenOctets = 0
    }

    /// The answer of the document under this key, rendered if there is none; nil if there is no such document.
    ///
    /// - Parameter isChosen: whether the key has words of the client's.
    mutating func answer(
        _ key: String, isChosen: Bool = false, to request: Request, _ render: () -> [UInt8]?
    ) -> Response? {
        if documents[key] == nil {
            guard let content = render() else { return nil }
            var document = Representation(content, contentType: "application/json")
            let octets = isChosen ? chosenOctets + content.count : 0
            guard documents.count < Self.limit, octets <= Self.octetLimit else { return document.answer(to: request) }
            if isChosen { chosenOctets = octets }
            documents[key] = document
        }
        return documents[key]?.answer(to: request)
    }

    /// The snapshot's metrics together with those of the moment.
    mutating func metrics(
        _ format: MetricsText.Format, to request: Request, at now: Duration, constant: () -> [MetricFamily],
        passing: () -> [MetricFamily]
    ) -> Response {
        let coding = AcceptEncoding.preferred(by: request.fields)
        let key = Merged(format: format, coding: coding)
        if metrics[format] == nil { metrics[format] = MetricsAnswer(constant(), format) }
        if merged[key].map({ now - $0.at >= Self.sharing }) ?? true {
            merged[key] = (metrics[format]?.content(with: passing(), coding) ?? [], now)
        }
        let content = merged[key]?.content ?? []
        let response = Response(.ok, contentType: format.contentType, content: content)
            .with("Cache-Control", "no-cache").with("Vary", "Accept, Accept-Encoding")
        return coding == .gzip ? response.with("Content-Encoding", "gzip") : response
    }
}
