import HTTP
import Reporting

/// The rendered documents of one snapshot.
struct DocumentCache {
    private var stamp: DocumentStamp?
    /// Indexed by the number of the route.
    private var documents: [Representation?]
    private var chosen: [String: Representation] = [:]
    /// The last document that did not fit: repeated requests for it need not render it again.
    private var last: (key: String, document: Representation)?
    private var metrics: [MetricsText.Format: MetricsAnswer] = [:]
    private var merged: [Merged: (content: [UInt8], at: Duration)] = [:]
    /// Octets of the documents whose keys clients chose.
    private var chosenOctets = 0

    private struct Merged: Hashable {
        let format: MetricsText.Format
        let coding: AcceptEncoding.Coding
    }

    /// Clients choose names and filters, and with thousands of targets each filter may create a document of megabytes:
    /// this limits the number and the octets of the stored documents, not counting the last one.
    private static let limit = 256
    private static let octetLimit = 4 << 20
    /// Scrapes within this time share one text: many clients that do not read must not have a copy each.
    private static let sharing = Duration.milliseconds(100)

    /// An empty cache.
    init() {
        documents = Self.noDocuments
    }

    private static let noDocuments = [Representation?](repeating: nil, count: StatusRoutes.Route.allCases.count)

    /// Removes the documents if the snapshot, the daemon's health or its configuration has changed; returns whether
    /// they have.
    mutating func renew(_ stamp: DocumentStamp) -> Bool {
        guard stamp != self.stamp else { return false }
        self.stamp = stamp
        documents = Self.noDocuments
        chosen.removeAll(keepingCapacity: true)
        last = nil
        forgetMetrics()
        chosenOctets = 0
        return true
    }

    /// Removes the metrics: their detail has changed.
    mutating func forgetMetrics() {
        metrics.removeAll(keepingCapacity: true)
        merged.removeAll(keepingCapacity: true)
    }

    /// Removes the documents of another stamp, which cannot be used for the next request; returns whether there were
    /// any.
    mutating func forget(unless stamp: DocumentStamp) -> Bool {
        guard self.stamp != nil, renew(stamp) else { return false }
        self.stamp = nil
        return true
    }

    /// The response with the document of this route, rendered if needed.
    mutating func answer(
        _ route: StatusRoutes.Route, as kind: DocumentKind = .json, to request: Request, _ render: () -> [UInt8]
    ) -> Response {
        if let answer = documents[route.rawValue]?.answer(to: request) { return answer }
        var document = Representation(render(), kind)
        let answer = document.answer(to: request)
        documents[route.rawValue] = document
        return answer
    }

    /// The response with the document for a key that a client chose, rendered if needed; nil if there is no such
    /// document.
    mutating func answer(
        chosen key: String, to request: Request, _ render: () -> [UInt8]?
    ) -> Response? {
        if let answer = chosen[key]?.answer(to: request) { return answer }
        if last?.key == key, let answer = last?.document.answer(to: request) { return answer }
        guard let content = render() else { return nil }
        var document = Representation(content)
        guard chosen.count < Self.limit, chosenOctets + content.count <= Self.octetLimit else {
            let answer = document.answer(to: request, isPassing: true)
            last = (key, document)
            return answer
        }
        let answer = document.answer(to: request)
        chosenOctets += content.count
        chosen[key] = document
        return answer
    }

    /// The metrics of the snapshot, merged with the current ones.
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
