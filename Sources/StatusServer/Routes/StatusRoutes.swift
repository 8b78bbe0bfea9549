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
    private let documents: StatusDocuments
    private var openAPI = Representation(JSONDocuments.openAPI)

    private let router = Router<Route>(Route.allCases.map { ($0.pattern, $0) })

    init(_ source: any StatusProvider, _ access: AccessPolicy, detail: MetricsDetail = .targets) {
        self.source = source
        self.access = access
        documents = StatusDocuments(source, detail: detail)
    }

    /// Works by other settings from now on.
    func apply(_ configuration: ServerConfiguration) {
        access = configuration.access
        documents.apply(configuration.detail)
    }

    /// The response to a request on a listener at `place`.
    ///
    /// - Parameter isCrowded: whether there is so much unsent output that only small responses are possible.
    func answer(
        _ request: Request, over place: ListeningPlace, at now: Duration, isCrowded: Bool = false
    ) -> Response {
        let outcome = router.route(request)
        let (response, path): (Response, String)
        if case .found(let match) = outcome {
            let refusal = access.refusal(of: request, over: place, isPublic: match.route == .healthy)
            (response, path) = (refusal ?? answer(match, request, at: now).conditional(on: request), match.template)
        } else {
            let refusal = access.refusal(of: request, over: place, isPublic: false) ?? outcome.refusal
            (response, path) = (refusal ?? Response(error: .notFound, message: "Not found."), "other")
        }
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
        case .index where !request.prefersPage:
            return Self.uncached(JSONDocuments.index(Route.allCases.map(\.pattern)), as: .index, query, request)
        case .openAPI:
            return openAPI.answer(to: request)
        default: break
        }
        guard documents.renew(at: now) else {
            return Response(error: .serviceUnavailable, message: "The first pass is not complete yet.")
                .with("Retry-After", "1")
        }
        if match.route == .ready { return Self.uncached(JSONDocuments.ready, query, request) }
        let counts = (requests, connections)
        return documents.answer(match.route, of: match["target"] ?? "", query, request, counts, at: now)
            ?? Response(error: .notFound, message: Self.noTarget(match["target"] ?? ""))
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
