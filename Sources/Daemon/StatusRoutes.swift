// From a request to its answer. Documents are rendered once for each snapshot and then served from memory.

import HTTP
import Linux
import Reporting
import SelfConnect

/// The routes of the status endpoint. On the HTTP thread only.
final class StatusRoutes {
    /// What is served.
    private enum Route: Sendable, Hashable {
        case index, status, targets, target, kernel, sockets, events, metrics, healthy, ready
    }

    let source: StatusSource
    /// Open connections.
    var connections = 0
    /// Connections that were turned away because there were too many.
    var connectionsRefused = 0
    private var requests = RequestCounts()
    private var documents = DocumentCache()
    private let hosts = HostCheck()

    private static let paths: [(pattern: String, route: Route)] = [
        ("/", .index), ("/v1/status", .status), ("/v1/targets", .targets), ("/v1/targets/{target}", .target),
        ("/v1/kernel", .kernel), ("/v1/sockets", .sockets), ("/v1/events", .events), ("/metrics", .metrics),
        ("/-/healthy", .healthy), ("/-/ready", .ready),
    ]
    private let router = Router<Route>(StatusRoutes.paths)

    init(_ source: StatusSource) {
        self.source = source
    }

    /// The answer to a request that came to `listener`.
    func answer(_ request: Request, on listener: Endpoint, at now: Duration) -> Response {
        let outcome = router.route(request)
        guard case .found(let match) = outcome else {
            let response = outcome.refusal ?? Response(error: .notFound, message: "There is nothing under this path.")
            return requests.counting(response, "other")
        }
        let refusal = listener.address.isLoopback ? hosts.refusal(of: request) : nil
        let response = refusal ?? answer(match, request, at: now).unlessMatched(by: request)
        return requests.counting(response, match.template)
    }

    /// Counts a request that could not be read.
    func countInvalid(_ status: Status) {
        requests.count(status.code, "invalid")
    }

    private func answer(_ match: Router<Route>.Match, _ request: Request, at now: Duration) -> Response {
        switch match.route {
        case .healthy:
            return health(at: now)
        case .index:
            return Self.json(JSONDocuments.index(Self.paths.map(\.pattern)))
        default: break
        }
        let (snapshot, generation) = source.board.read()
        guard let snapshot else {
            return Response(error: .serviceUnavailable, message: "The first pass is not complete yet.")
                .with("Retry-After", "1")
        }
        let service = source.serviceFacts(at: now, kernel: snapshot.kernel)
        documents.renew(generation, service.fault)
        switch match.route {
        case .status:
            return documents.answer("status") { Self.json(JSONDocuments.status(snapshot, service)) }
        case .kernel:
            return documents.answer("kernel") { Self.json(JSONDocuments.kernel(snapshot)) }
        case .sockets:
            return documents.answer("sockets") { Self.json(JSONDocuments.sockets(snapshot)) }
        case .events:
            return documents.answer("events") { Self.json(JSONDocuments.events(snapshot)) }
        case .targets:
            return targets(request, snapshot)
        case .target:
            let name = match["target"] ?? ""
            let namespace = request.query("namespace")
            return documents.answer("target \(name) \(namespace ?? "")") {
                JSONDocuments.target(name, in: snapshot, namespace: namespace).map(Self.json)
                    ?? Response(error: .notFound, message: "There is no target “\(name)”.")
            }
        case .metrics:
            return metrics(request, snapshot, service)
        case .index, .healthy, .ready:
            return Self.json(Array("{\"ready\": true}\n".utf8))
        }
    }

    /// A port of the daemon's own inside the ephemeral range is no fault of its threads: told, but healthy.
    private func health(at now: Duration) -> Response {
        if let fault = source.progress.fault(at: now) { return Response(error: .serviceUnavailable, message: fault) }
        let exposed = source.board.read().snapshot.map { snapshot in
            source.serviceFacts(at: now, kernel: snapshot.kernel).listeners.filter { !$0.isOutsideEphemeralRange }
        }
        return Self.json(JSONDocuments.health(exposed: exposed?.map(\.endpoint) ?? []))
    }

    private func targets(_ request: Request, _ snapshot: Snapshot) -> Response {
        let verdict = request.query("verdict")
        let severity = request.query("severity")
        let verdicts = verdict.map { Set($0.split(separator: ",").map { Verdict(rawValue: String($0)) }) }
        let severities = severity.map { Set($0.split(separator: ",").map { Severity(rawValue: String($0)) }) }
        guard verdicts?.contains(nil) != true, severities?.contains(nil) != true else {
            let isVerdict = verdicts?.contains(nil) == true
            let words = isVerdict ? Verdict.allCases.map(\.rawValue) : Severity.allCases.map(\.rawValue)
            return Response(error: .badRequest, message: "The filter takes: \(words.joined(separator: ", ")).")
        }
        return documents.answer("targets \(verdict ?? "") \(severity ?? "")") {
            Self.json(
                JSONDocuments.targets(
                    snapshot, verdicts: verdicts.map { Set($0.compactMap(\.self)) },
                    severities: severities.map { Set($0.compactMap(\.self)) }))
        }
    }

    /// The part that the snapshot decides is kept; what changes from scrape to scrape is added.
    private func metrics(_ request: Request, _ snapshot: Snapshot, _ service: ServiceFacts) -> Response {
        let formats = MetricsText.Format.allCases
        let types = formats.map { MediaType($0.contentType) }
        let format = formats[Accept.preferred(of: types, by: request.fields)]
        let constant = documents.families(format) { TargetMetrics.families(snapshot) }
        let passing = ServiceMetrics.families(
            service, usage: ProcessUsage.current(), requests: requests, connections: connections,
            refused: connectionsRefused)
        let text = MetricsText.merge(constant, MetricsText.parts(passing, format), format)
        return Response(.ok, contentType: format.contentType, content: text)
            .with("Cache-Control", "no-cache").with("Vary", "Accept")
    }

    private static func json(_ content: [UInt8]) -> Response {
        Response(.ok, contentType: "application/json", content: content, entityTag: EntityTag(fingerprint(content)))
            .with("Cache-Control", "no-cache")
    }

    /// FNV-1a over 64 bits: tells one representation of a path from the next, which is all that an ETag has to.
    private static func fingerprint(_ content: [UInt8]) -> String {
        String(content.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)
    }
}
