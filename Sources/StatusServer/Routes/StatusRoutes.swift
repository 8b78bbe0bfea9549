// From requests to responses. Documents are rendered once per snapshot and then served from memory.

import HTTP
import Linux
import Primitives
import Reporting
import SelfConnect

/// The routes of the status endpoint. On the HTTP thread only.
final class StatusRoutes {
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
    private var openAPI = Representation(JSONDocuments.openAPI)

    private let router = Router<Route>(Route.allCases.map { ($0.pattern, $0) })

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
        let query: StatusQuery
        do throws(ParseError) {
            query = try StatusQuery(request.target.query, for: match.route)
        } catch {
            return Response(error: .badRequest, message: error.message)
        }
        switch match.route {
        case .healthy:
            return health(query, request, at: now)
        case .index where !Self.wantsPage(request):
            return Self.uncached(JSONDocuments.index(Route.allCases.map(\.pattern)), as: .index, query, request)
        case .openAPI:
            return openAPI.answer(to: request)
        default: break
        }
        guard let stamp = source.stamp(at: now) else {
            return Response(error: .serviceUnavailable, message: "The first pass is not complete yet.")
                .with("Retry-After", "1")
        }
        if documents.renew(stamp) { rendered = source.snapshot.map(RenderedSnapshot.init) }
        return document(match, query, request, at: now)
            ?? Response(error: .notFound, message: "There is no target “\((match["target"] ?? "").printable)”.")
    }

    /// The response with a document of the last snapshot; nil: there is no such target.
    private func document(
        _ match: Router<Route>.Match, _ query: StatusQuery, _ request: Request, at now: Duration
    ) -> Response? {
        let key = DocumentKey(route: match.route, isPretty: query.isPretty)
        switch match.route {
        case .status:
            return json(key, request) {
                let facts = source.serviceFacts(at: now, kernel: $0.snapshot.kernel)
                return JSONDocuments.status($0.snapshot, facts, targets: $0.targets)
            }
        case .summary:
            return json(key, request) {
                JSONDocuments.summary($0.snapshot, source.serviceFacts(at: now, kernel: $0.snapshot.kernel))
            }
        case .kernel:
            return json(key, request) { JSONDocuments.kernel($0.snapshot) }
        case .sockets:
            return json(key, request) { JSONDocuments.sockets($0.snapshot) }
        case .namespaces:
            return json(key, request) { JSONDocuments.namespaces($0.snapshot) }
        case .events:
            return json(key.selecting(slice: query.slice), request) { JSONDocuments.events($0.snapshot, query.slice) }
        case .map, .mapPicture:
            return map(key, request)
        case .targets:
            return targets(key, query, request)
        case .target:
            return target(match["target"] ?? "", key, query, request)
        case .metrics:
            return metrics(request, at: now)
        case .index:
            return documents.answer(key, to: request) {
                rendered.map {
                    let facts = source.serviceFacts(at: now, kernel: $0.snapshot.kernel)
                    return Representation(StatusPage.html($0.snapshot, facts), .page)
                }
            }
        case .healthy, .ready, .openAPI:
            return Self.uncached(JSONDocuments.ready, query, request)
        }
    }

    /// A JSON document of the last snapshot.
    private func json(
        _ key: DocumentKey, _ request: Request, _ write: (RenderedSnapshot) -> JSONText?
    ) -> Response? {
        documents.answer(key, to: request) {
            rendered.flatMap(write).map { Representation(key.isPretty ? $0.indented : $0) }
        }
    }

    /// Browsers list HTML; clients that accept anything get the index.
    private static func wantsPage(_ request: Request) -> Bool {
        Accept.preferred(of: indexTypes, by: request.fields) == 1
    }

    private static let indexTypes = [DocumentKind.index, .page].map { MediaType($0.contentType) }

    /// The map as JSON or as a picture, if there is one.
    private func map(_ key: DocumentKey, _ request: Request) -> Response? {
        switch rendered?.snapshot.map {
        case .taken(let map):
            guard key.route == .mapPicture else { return json(key, request) { _ in JSONDocuments.map(map) } }
            return documents.answer(key, to: request) {
                rendered.map { Representation(MapRenderer.svg(map, targets: $0.snapshot.targets), .picture) }
            }
        case .off:
            return Response(error: .notFound, message: "There is no map: map.interval is 0s.")
        default:
            return Response(error: .serviceUnavailable, message: "The first sweep of the range is not complete yet.")
                .with("Retry-After", "5")
        }
    }

    private func target(_ name: String, _ key: DocumentKey, _ query: StatusQuery, _ request: Request) -> Response? {
        json(key.selecting(name, in: query.namespace), request) {
            JSONDocuments.target(name, in: $0.index, namespace: query.namespace)
        }
    }

    /// If one of the daemon's own ports is inside the ephemeral range, its threads still work: it is reported, but
    /// healthy.
    private func health(_ query: StatusQuery, _ request: Request, at now: Duration) -> Response {
        if let fault = source.fault(at: now) { return Response(error: .serviceUnavailable, message: fault) }
        let exposed = source.snapshot.map { snapshot in
            source.serviceFacts(at: now, kernel: snapshot.kernel).listeners.filter { !$0.isOutsideEphemeralRange }
        }
        let aging = source.degradation(at: now).map { [$0] } ?? []
        let document = JSONDocuments.health(exposed: exposed?.compactMap(\.endpoint) ?? [], besides: aging)
        return Self.uncached(document, query, request)
    }

    private func targets(_ key: DocumentKey, _ query: StatusQuery, _ request: Request) -> Response? {
        let grades = rendered?.targets.grades(of: query.verdicts, query.severities)
        let wanted = grades == rendered?.targets.grades ? nil : grades
        return json(key.selecting(wanted, slice: query.slice), request) {
            JSONDocuments.targets($0.targets, of: wanted, query.slice)
        }
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
    private static func uncached(
        _ document: JSONText, as kind: DocumentKind = .json, _ query: StatusQuery, _ request: Request
    ) -> Response {
        var document = Representation(query.isPretty ? document.indented : document, kind)
        return document.answer(to: request)
    }
}
