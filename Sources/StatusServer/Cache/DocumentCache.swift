import HTTP
import Reporting

/// The rendered documents of one snapshot.
struct DocumentCache {
    private var stamp: DocumentStamp?
    /// Those that clients cannot multiply.
    private var fixed: [DocumentKey: Representation] = [:]
    private var chosen: [DocumentKey: Representation] = [:]
    /// The last document that did not fit: repeated requests for it need not render it again.
    private var last: (key: DocumentKey, document: Representation)?
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

    /// Removes the documents if the snapshot, the daemon's health or its configuration has changed; returns whether
    /// they have.
    mutating func renew(_ stamp: DocumentStamp) -> Bool {
        guard stamp != self.stamp else { return false }
        self.stamp = stamp
        fixed.removeAll(keepingCapacity: true)
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

    /// The response with a document, rendered if needed; nil if there is no such document.
    mutating func answer(_ key: DocumentKey, to request: Request, _ render: () -> Representation?) -> Response? {
        if let answer = fixed[key]?.answer(to: request) ?? chosen[key]?.answer(to: request) { return answer }
        if last?.key == key, let answer = last?.document.answer(to: request) { return answer }
        guard var document = render() else { return nil }
        if key.isFixed {
            let answer = document.answer(to: request)
            fixed[key] = document
            return answer
        }
        guard chosen.count < Self.limit, chosenOctets + document.count <= Self.octetLimit else {
            let answer = document.answer(to: request, isPassing: true)
            last = (key, document)
            return answer
        }
        let answer = document.answer(to: request)
        chosenOctets += document.count
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
