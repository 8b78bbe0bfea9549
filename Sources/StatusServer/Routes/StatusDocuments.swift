// The documents of the last snapshot. They are rendered once, and then served from memory.

import HTTP
import Linux
import Primitives
import Reporting
import SelfConnect

/// The documents of the status endpoint.
final class StatusDocuments {
    private let source: any StatusProvider
    private var documents = DocumentCache(at: Clock.monotonic)
    /// How much of the targets the metrics show.
    private var detail = MetricsDetail.targets
    /// The source of the documents.
    private var rendered: RenderedSnapshot?

    init(_ source: any StatusProvider) { self.source = source }

    /// Removes the documents and their snapshot when there is a newer one.
    func forgetOutdated(at now: Duration) {
        if let stamp = source.stamp(at: now), documents.forget(unless: stamp) { rendered = nil }
    }

    /// The response with a document of the last snapshot; nil if there is no such target, or no snapshot.
    func answer(_ wanted: DocumentRequest, at now: Duration) -> Response? {
        guard let stamp = source.stamp(at: now) else { return nil }
        if documents.renew(stamp) { rendered = source.snapshot.map(RenderedSnapshot.init) }
        if wanted.detail != detail { documents.forgetMetrics() }
        detail = wanted.detail
        return answer(wanted.route, of: wanted.name, wanted.query, wanted.request, wanted.counts, at: now)
    }

    private func answer(
        _ route: Route, of name: String, _ query: StatusQuery, _ request: Request,
        _ counts: (requests: RequestCounts, connections: ConnectionCounts), at now: Duration
    ) -> Response? {
        let key = DocumentKey(route: route, isPretty: query.isPretty)
        switch route {
        case .status:
            return json(key, request, at: now) {
                JSONDocuments.status($0.snapshot, facts($0, at: now), targets: $0.targets)
            }
        case .summary:
            return json(key, request, at: now) {
                JSONDocuments.summary($0.snapshot, facts($0, at: now))
            }
        case .kernel:
            return json(key, request, at: now) { JSONDocuments.kernel($0.snapshot) }
        case .sockets:
            return json(key, request, at: now) { JSONDocuments.sockets($0.snapshot) }
        case .namespaces:
            return json(key, request, at: now) { JSONDocuments.namespaces($0.snapshot) }
        case .events:
            return json(key.selecting(slice: query.slice), request, at: now) {
                JSONDocuments.events($0.snapshot, query.slice)
            }
        case .map, .mapPicture:
            return map(key, request, at: now)
        case .targets:
            return targets(key, query, request, at: now)
        case .target:
            return target(name, key, query, request, at: now)
        case .metrics:
            return metrics(request, counts, at: now)
        case .index:
            return documents.answer(key.selecting(query.page), to: request, at: now) {
                rendered.map { Representation(StatusPage.html($0.pages, facts($0, at: now), query.page), .indexPage) }
            }
        case .targetPage:
            return targetPage(name, key, query, request, at: now)
        case .healthy, .ready, .openAPI:
            return nil
        }
    }

    private func facts(_ rendered: RenderedSnapshot, at now: Duration) -> ServiceFacts {
        source.serviceFacts(at: now, kernel: rendered.snapshot.kernel)
    }

    /// The page of a target.
    private func targetPage(
        _ name: String, _ key: DocumentKey, _ query: StatusQuery, _ request: Request, at now: Duration
    ) -> Response? {
        let isRenewed = query.page.isRenewed
        let key = key.selecting(name, in: query.namespace, isRenewed: isRenewed)
        return documents.answer(key, to: request, at: now) {
            rendered.flatMap { rendered in
                rendered.index.target(name, in: query.namespace).map { watched in
                    let page = TargetPage(
                        watched, namesakes: rendered.index.namesakes(of: watched.target), of: rendered.pages,
                        facts(rendered, at: now), isRenewed: isRenewed)
                    return Representation(page.html, .page)
                }
            }
        }
    }

    /// A JSON document of the last snapshot.
    private func json(
        _ key: DocumentKey, _ request: Request, at now: Duration, _ write: (RenderedSnapshot) -> JSONText?
    ) -> Response? {
        documents.answer(key, to: request, at: now) {
            rendered.flatMap(write).map { Representation(key.isPretty ? $0.indented : $0) }
        }
    }

    /// The map as JSON or as a picture, if there is one.
    private func map(_ key: DocumentKey, _ request: Request, at now: Duration) -> Response? {
        switch rendered?.snapshot.map {
        case .taken(let map):
            guard key.route == .mapPicture else { return json(key, request, at: now) { _ in JSONDocuments.map(map) } }
            return documents.answer(key, to: request, at: now) {
                rendered.map { Representation(MapRenderer.svg(map, targets: $0.snapshot.targets), .picture) }
            }
        case .off:
            return Response(error: .notFound, message: "There is no map: map.interval is 0s.")
        default:
            return Response(
                error: .serviceUnavailable,
                message: "The first sweep of the range is not complete yet: map.cpu limits its speed."
            )
            .with("Retry-After", "5")
        }
    }

    private func target(
        _ name: String, _ key: DocumentKey, _ query: StatusQuery, _ request: Request, at now: Duration
    ) -> Response? {
        json(key.selecting(name, in: query.namespace), request, at: now) {
            JSONDocuments.target(name, in: $0.index, namespace: query.namespace)
        }
    }

    private func targets(
        _ key: DocumentKey, _ query: StatusQuery, _ request: Request, at now: Duration
    ) -> Response? {
        let grades = rendered?.targets.grades(of: query.verdicts, query.severities)
        let wanted = grades == rendered?.targets.grades ? nil : grades
        return json(key.selecting(wanted, slice: query.slice), request, at: now) {
            JSONDocuments.targets($0.targets, of: wanted, query.slice)
        }
    }

    /// The part from the snapshot is cached; values that change between scrapes are added.
    private func metrics(
        _ request: Request, _ counts: (requests: RequestCounts, connections: ConnectionCounts), at now: Duration
    ) -> Response {
        let formats = MetricsText.Format.allCases
        let types = formats.map { MediaType($0.contentType) }
        let format = formats[Accept.preferred(of: types, by: request.fields)]
        return documents.metrics(
            format, to: request, at: now,
            constant: { rendered.map { SnapshotMetrics.families($0.snapshot, detail: detail) } ?? [] },
            passing: {
                ServiceMetrics.families(
                    source.service, usage: ProcessUsage.current(), requests: counts.requests,
                    connections: counts.connections,
                    droppedLogLines: source.droppedLogLines)
                    + ServiceMetrics.passes(oldestVerdict: source.oldestVerdictAge(at: now))
            })
    }
}
