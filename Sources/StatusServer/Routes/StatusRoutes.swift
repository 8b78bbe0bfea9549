// From requests to responses: access, routing and counting. StatusDocuments has the documents.

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
    /// Counted by the event loop.
    var connections = ConnectionCounts()
    private var requests = RequestCounts()
    private var detail: MetricsDetail
    private let documents: DocumentService
    /// Whether the snapshot of this generation is large.
    private var size = (generation: 0, isLarge: false)
    private var openAPI = Representation(JSONDocuments.openAPI)

    private let router = Router<Route>(Route.allCases.map { ($0.pattern, $0) })

    /// - Parameter notify: called on another thread when there is a response for `nextFinished`.
    init(
        _ source: any StatusProvider, _ access: AccessPolicy, detail: MetricsDetail = .targets,
        notify: @escaping @Sendable () -> Void = {}
    ) {
        self.source = source
        self.access = access
        self.detail = detail
        documents = DocumentService(source, notify: notify)
    }

    /// Works by other settings from now on.
    func apply(_ configuration: ServerConfiguration) {
        access = configuration.access
        detail = configuration.detail
    }

    /// The response to a request on a listener at `place`; nil if `nextFinished` will return it.
    ///
    /// - Parameters:
    ///   - token: identifies the client.
    ///   - isCrowded: whether there is so much unsent output that only small responses are possible.
    func answer(
        _ request: Request, over place: ListeningPlace, for token: UInt64 = 0, at now: Duration, isCrowded: Bool = false
    ) -> Response? {
        let outcome = router.route(request)
        guard case .found(let match) = outcome else {
            let refusal = access.refusal(of: request, over: place, isPublic: false) ?? outcome.refusal
            let response = refusal ?? Response(error: .notFound, message: "Not found.")
            return delivered(response, to: request, "other", isCrowded: isCrowded)
        }
        if let refusal = access.refusal(of: request, over: place, isPublic: match.route == .healthy) {
            return delivered(refusal, to: request, match.template, isCrowded: isCrowded)
        }
        return answer(match, request, for: token, at: now).map {
            delivered($0.conditional(on: request), to: request, match.template, isCrowded: isCrowded)
        }
    }

    /// The next response that was not ready when it was requested; nil if there is none now.
    func nextFinished() -> DocumentService.Finished? { documents.nextFinished() }

    /// Waits until there is one, a second at most; false at once if no request waits.
    func waitForFinished() -> Bool { documents.waitForFinished() }

    /// Forgets the request of a client that has gone.
    func cancel(_ token: UInt64) { documents.cancel(token) }

    /// What its client gets.
    func response(_ finished: DocumentService.Finished, isCrowded: Bool) -> Response {
        let request = finished.wanted.request
        let response = Self.response(finished).conditional(on: request)
        return delivered(response, to: request, finished.wanted.route.pattern, isCrowded: isCrowded)
    }

    /// Counts a response, and replaces it with an excuse if it is too large now.
    private func delivered(_ response: Response, to request: Request, _ path: String, isCrowded: Bool) -> Response {
        guard isCrowded else { return requests.counting(response.negotiated(for: request), path) }
        guard response.content.count > Self.smallAnswer else { return requests.counting(response, path) }
        let excuse = Response(error: .serviceUnavailable, message: "Server overloaded: too much unsent response data.")
        return requests.counting(excuse.with("Retry-After", "1"), path)
    }

    /// Maximum octets of a response that is always possible, such as that of the health check or the JSON of an error.
    private static let smallAnswer = 1_024

    /// Counts an invalid request.
    func countInvalid(_ status: Status) {
        requests.count(status.code, "invalid")
    }

    /// Removes the documents and their snapshot when there is a newer one: the next request may come much later.
    func forgetOutdated(at now: Duration) {
        documents.forgetOutdated(at: now)
    }

    private func answer(
        _ match: Router<Route>.Match, _ request: Request, for token: UInt64, at now: Duration
    ) -> Response? {
        let query: StatusQuery
        do throws(ParseError) {
            query = try StatusQuery(request.target.query, for: match.route)
        } catch {
            return Response(error: .badRequest, message: error.message)
        }
        switch match.route {
        case .healthy:
            return health(query, request, at: now)
        case .index where !request.prefersPage:
            return Self.uncached(JSONDocuments.index(Route.allCases.map(\.pattern)), as: .index, query, request)
        case .openAPI:
            return openAPI.answer(to: request)
        default: break
        }
        guard source.generation > 0 else {
            return Response(error: .serviceUnavailable, message: "The first pass is not complete yet.")
                .with("Retry-After", "1")
        }
        if match.route == .ready { return Self.uncached(JSONDocuments.ready, query, request) }
        let wanted = DocumentRequest(
            route: match.route, name: match["target"] ?? "", query: query, request: request,
            counts: (requests, connections), detail: detail)
        return documents.answer(wanted, for: token, isLarge: isLarge, at: now).map(Self.response)
    }

    /// Whether rendering the snapshot may take longer than the turn of a client: one target takes up to 40 µs.
    private var isLarge: Bool {
        let generation = source.generation
        if size.generation != generation {
            size = (generation, source.snapshot.map { $0.rowCount > Self.largestAtOnce } ?? false)
        }
        return size.isLarge
    }

    private static let largestAtOnce = 250

    private static func response(_ finished: DocumentService.Finished) -> Response {
        finished.response ?? Response(error: .notFound, message: noTarget(finished.wanted.name))
    }

    private static func noTarget(_ name: String) -> String {
        "There is no target “\(name.printable)”: write its name or its endpoint, such as 127.0.0.1:50051."
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

    /// A small document that is not cached.
    private static func uncached(
        _ document: JSONText, as kind: DocumentKind = .json, _ query: StatusQuery, _ request: Request
    ) -> Response {
        var document = Representation(query.isPretty ? document.indented : document, kind)
        return document.answer(to: request)
    }
}
