import HTTP
import Linux
import Reporting
import SelfConnect

/// The rendered documents of one snapshot.
struct DocumentCache {
    /// The processor time of this thread; tests have their own.
    private let processorTime: () -> Duration
    /// For the lists that clients choose: with thousands of targets each takes a fraction of a second, and a client can ask for
    /// any number of them, while the others wait.
    private var budget: ProcessorBudget
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

    /// A cache without documents; `now` is the time of `Clock.monotonic`.
    init(at now: Duration, processorTime: @escaping () -> Duration = { Clock.threadProcessorTime }) {
        self.processorTime = processorTime
        budget = ProcessorBudget(share: 0.5, burst: Self.burst, at: now)
    }

    /// How long such lists may be rendered without a pause, in processor time.
    static let burst = Duration.seconds(2)

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

    /// The response with a document, rendered if needed; nil if there is no such document. 503 for a list that a client has
    /// chosen, while such lists have used up their processor time.
    mutating func answer(
        _ key: DocumentKey, to request: Request, at now: Duration, _ render: () -> Representation?
    ) -> Response? {
        if let answer = fixed[key]?.answer(to: request) ?? chosen[key]?.answer(to: request) { return answer }
        if key.isFixed {
            guard var document = render() else { return nil }
            let answer = document.answer(to: request)
            fixed[key] = document
            return answer
        }
        guard !key.isCostly || budget.opensAt <= now else { return Self.refusal(until: budget.opensAt - now) }
        let start = processorTime()
        defer { if key.isCostly { budget.spend(processorTime() - start, at: now) } }
        if last?.key == key, let answer = last?.document.answer(to: request) { return answer }
        return render().map { answer(key, to: request, with: $0) }
    }

    private static func refusal(until time: Duration) -> Response {
        let seconds = Int(time.inSeconds.rounded(.up))
        return Response(
            error: .serviceUnavailable,
            message: "Too many different lists are requested: only the whole ones and single targets are rendered now."
        )
        .with("Retry-After", "\(max(1, seconds))")
    }

    /// Keeps a document that a client has chosen, if there is room for it.
    private mutating func answer(
        _ key: DocumentKey, to request: Request, with rendered: Representation
    ) -> Response {
        var document = rendered
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
