// From requests to responses. Documents are rendered once per snapshot and then served from memory.

import HTTP
import Linux
import Reporting
import SelfConnect

/// The routes of the status endpoint. On the HTTP thread only.
final class StatusRoutes {
    /// The resources.
    enum Route: Int, CaseIterable, Sendable {
        case index, status, summary, targets, target, kernel, sockets, namespaces, events, map, mapPicture, metrics
        case healthy, ready
        case openAPI
    }

    let source: any StatusProvider
    /// The access rules.
    private var access: AccessPolicy
    /// How much of the targets the metrics show.
    private var detail: MetricsDetail
    /// Counted by the event loop.
    var connections = ConnectionCounts()
    private var requests = RequestCounts()
    private var documents = DocumentCache()
    /// The source of the documents.
    private var rendered: RenderedSnapshot?

    static let paths: [(pattern: String, route: Route)] = [
        ("/", .index), ("/v1/status", .status), ("/v1/summary", .summary), ("/v1/targets", .targets),
        ("/v1/targets/{target}", .target),
        ("/v1/kernel", .kernel), ("/v1/sockets", .sockets), ("/v1/namespaces", .namespaces),
        ("/v1/events", .events), ("/v1/map", .map),
        ("/v1/map.svg", .mapPicture), ("/metrics", .metrics), ("/-/healthy", .healthy), ("/-/ready", .ready),
        ("/openapi.json", .openAPI),
    ]
    private var index = Representation(JSONDocuments.index(StatusRoutes.paths.map(\.pattern)), .index)
    private var openAPI = Representation(JSONDocuments.openAPI)
    private let router = Router<Route>(StatusRoutes.paths)

    init(_ source: any StatusProvider, _ access: AccessPolicy, detail: MetricsDetail = .targets) {
        self.source = source
        self.access = access
        self.detail = detail
    }

    /// Works by other settings from now on.
    func apply(_ terms: ServerConfiguration) {
        access = terms.access
        if terms.detail != detail { documents.forgetMetrics() }
        detail = terms.detail
    }

    /// The response to a request on a listener at `place`.
    ///
    /// - Parameter isCrowded: whether there is so much unsent output that only small responses are possible.
    func answer(
        _ request: Request, over place: ListeningPlace, at now: Duration, isCrowded: Bool = false
    ) -> Response {
        let outcome = router.route(request)
        guard case .found(let match) = outcome else {
            let refusal = access.refusal(of: request, over: place, isPublic: false) ?? outcome.refusal
            return requests.counting(
                refusal ?? Response(error: .notFound, message: "Not found."), "other")
        }
        let refusal = access.refusal(of: request, over: place, isPublic: match.route == .healthy)
        let response = refusal ?? answer(match, request, at: now).conditional(on: request)
        guard isCrowded, response.content.count > Self.smallAnswer else {
            return requests.counting(response, match.template)
        }
        let excuse = Response(error: .serviceUnavailable, message: "Server overloaded: too much unsent response data.")
        return requests.counting(excuse.with("Retry-After", "1"), match.template)
    }

    /// Maximum octets of a response that is always possible, such as that of the health check.
    private static let smallAnswer = 1_024

    /// Counts an invalid request.
    func countInvalid(_ status: Status) {
        requests.count(status.code, "invalid")
    }

    /// Removes the documents and their snapshot when there is a newer one: the next request may come much later.
    func forgetOutdated(at now: Duration) {
        if let stamp = source.stamp(at: now), documents.forget(unless: stamp) { rendered = nil }
    }

    private func answer(_ match: Router<Route>.Match, _ request: Request, at now: Duration) -> Response {
        switch match.route {
        case .healthy:
            return health(request, at: now)
        case .index where !Self.wantsPage(request):
            return index.answer(to: request)
        case .openAPI:
            return openAPI.answer(to: request)
        default: break
        }
        guard let stamp = source.stamp(at: now) else {
            return Response(error: .serviceUnavailable, message: "The first pass is not complete yet.")
                .with("Retry-After", "1")
        }
        if documents.renew(stamp) { rendered = source.snapshot.map(RenderedSnapshot.init) }
        let route = match.route
        switch route {
        case .status:
            return document(route, request) {
                let facts = source.serviceFacts(at: now, kernel: $0.snapshot.kernel)
                return JSONDocuments.status($0.snapshot, facts, targets: $0.targets)
            }
        case .summary:
            return document(route, request) {
                JSONDocuments.summary($0.snapshot, source.serviceFacts(at: now, kernel: $0.snapshot.kernel))
            }
        case .kernel:
            return document(route, request) { JSONDocuments.kernel($0.snapshot) }
        case .sockets:
            return document(route, request) { JSONDocuments.sockets($0.snapshot) }
        case .namespaces:
            return document(route, request) { JSONDocuments.namespaces($0.snapshot) }
        case .events:
            return document(route, request) { JSONDocuments.events($0.snapshot) }
        case .map:
            return map(route, request) { map, _ in JSONDocuments.map(map) }
        case .mapPicture:
            return map(route, as: .picture, request) { MapRenderer.svg($0, targets: $1.targets) }
        case .targets:
            return targets(request)
        case .target:
            return target(match["target"] ?? "", request)
        case .metrics:
            return metrics(request, at: now)
        case .index:
            return document(route, as: .page, request) {
                StatusPage.html($0.snapshot, source.serviceFacts(at: now, kernel: $0.snapshot.kernel))
            }
        case .healthy, .ready, .openAPI:
            return Self.json(Array("{\"ready\": true}\n".utf8), request)
        }
    }

    /// The document of a route, rendered from the last snapshot.
    private func document(
        _ route: Route, as kind: DocumentKind = .json, _ request: Request, _ render: (RenderedSnapshot) -> [UInt8]
    ) -> Response {
        documents.answer(route, as: kind, to: request) { rendered.map(render) ?? [] }
    }

    /// Browsers list HTML; clients that accept anything get the index.
    private static func wantsPage(_ request: Request) -> Bool {
        Accept.preferred(of: indexTypes, by: request.fields) == 1
    }

    private static let indexTypes = [DocumentKind.index, .page].map { MediaType($0.contentType) }

    /// A document rendered from the map, if there is one.
    private func map(
        _ route: Route, as kind: DocumentKind = .json, _ request: Request, _ render: (PortMap, Snapshot) -> [UInt8]
    ) -> Response {
        let snapshot = rendered?.snapshot
        if let snapshot, case .taken(let map) = snapshot.map {
            return documents.answer(route, as: kind, to: request) { render(map, snapshot) }
        }
        if case .off? = snapshot?.map {
            return Response(error: .notFound, message: "There is no map: map.interval is 0s.")
        }
        return Response(error: .serviceUnavailable, message: "The first sweep of the range is not complete yet.")
            .with("Retry-After", "5")
    }

    private func target(_ name: String, _ request: Request) -> Response {
        let namespace = request.query("namespace")
        // No namespace and an empty one are different requests.
        let key = "target \(name)\0\(namespace.map { "in \($0)" } ?? "")"
        let document = documents.answer(chosen: key, to: request) {
            rendered.flatMap { JSONDocuments.target(name, in: $0.index, namespace: namespace) }
        }
        return document ?? Response(error: .notFound, message: "There is no target “\(name.printable)”.")
    }

    /// If one of the daemon's own ports is inside the ephemeral range, its threads still work: it is reported, but
    /// healthy.
    private func health(_ request: Request, at now: Duration) -> Response {
        if let fault = source.fault(at: now) { return Response(error: .serviceUnavailable, message: fault) }
        let exposed = source.snapshot.map { snapshot in
            source.serviceFacts(at: now, kernel: snapshot.kernel).listeners.filter { !$0.isOutsideEphemeralRange }
        }
        let aging = source.degradation(at: now).map { [$0] } ?? []
        return Self.json(JSONDocuments.health(exposed: exposed?.compactMap(\.endpoint) ?? [], besides: aging), request)
    }

    private func targets(_ request: Request) -> Response {
        let verdict = request.query("verdict")
        let severity = request.query("severity")
        let (verdicts, severities) = (verdict.map(Self.words(Verdict.self)), severity.map(Self.words(Severity.self)))
        if verdicts?.isEmpty == true { return Self.refusal(of: Verdict.self) }
        if severities?.isEmpty == true { return Self.refusal(of: Severity.self) }
        let wanted = rendered?.targets.grades(of: verdicts, severities)
        guard let wanted, wanted != rendered?.targets.grades else {
            return document(.targets, request) { JSONDocuments.targets($0.targets) }
        }
        // The key is the resulting set: one filter can be written in any number of ways, and most of its words do not
        // match any of these targets.
        let key = "targets " + wanted.map { "\($0.verdict.rawValue) \($0.severity.rawValue)" }.joined(separator: ",")
        return documents.answer(chosen: key, to: request) {
            rendered.map { JSONDocuments.targets($0.targets, of: wanted) }
        } ?? Response(error: .notFound, message: "There is nothing.")
    }

    /// The words of a filter; empty if one of them is unknown.
    private static func words<Word: RawRepresentable<String> & Hashable>(_: Word.Type) -> (String) -> Set<Word> {
        { text in
            let words = text.split(separator: ",").map { Word(rawValue: String($0)) }
            return words.contains(nil) ? [] : Set(words.compactMap(\.self))
        }
    }

    private static func refusal<Word: RawRepresentable<String> & CaseIterable>(of _: Word.Type) -> Response {
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        return Response(error: .badRequest, message: "The filter takes: \(words).")
    }

    /// The part from the snapshot is cached; values that change between scrapes are added.
    private func metrics(_ request: Request, at now: Duration) -> Response {
        let formats = MetricsText.Format.allCases
        let types = formats.map { MediaType($0.contentType) }
        let format = formats[Accept.preferred(of: types, by: request.fields)]
        let (requests, connections) = (requests, connections)
        return documents.metrics(
            format, to: request, at: now,
            constant: { rendered.map { SnapshotMetrics.families($0.snapshot, detail: detail) } ?? [] },
            passing: {
                ServiceMetrics.families(
                    source.service, usage: ProcessUsage.current(), requests: requests, connections: connections,
                    droppedLogLines: source.droppedLogLines)
                    + ServiceMetrics.passes(oldestVerdict: source.oldestVerdictAge(at: now))
            })
    }

    /// A small document that is not cached.
    private static func json(_ content: [UInt8], _ request: Request) -> Response {
        var document = Representation(content)
        return document.answer(to: request)
    }
}
