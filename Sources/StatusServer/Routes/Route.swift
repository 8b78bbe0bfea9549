/// A resource of the status endpoint.
enum Route: Int, CaseIterable, Sendable {
    case index, targetPage, status, summary, targets, target, kernel, sockets, namespaces, events, map, mapPicture,
        metrics
    case healthy, ready, openAPI

    /// The path, with a placeholder in braces for a segment that varies.
    var pattern: String {
        switch self {
        case .index: "/"
        case .targetPage: "/targets/{target}"
        case .status: "/v1/status"
        case .summary: "/v1/summary"
        case .targets: "/v1/targets"
        case .target: "/v1/targets/{target}"
        case .kernel: "/v1/kernel"
        case .sockets: "/v1/sockets"
        case .namespaces: "/v1/namespaces"
        case .events: "/v1/events"
        case .map: "/v1/map"
        case .mapPicture: "/v1/map.svg"
        case .metrics: "/metrics"
        case .healthy: "/-/healthy"
        case .ready: "/-/ready"
        case .openAPI: "/openapi.json"
        }
    }

    /// The query items that it takes.
    var queryItems: [StatusQuery.Item] {
        switch self {
        case .index: [.verdict, .severity, .search, .sort, .limit, .offset, .refresh, .pretty]
        case .targetPage: [.namespace, .refresh]
        case .status, .summary, .kernel, .sockets, .namespaces, .map, .healthy, .ready, .openAPI: [.pretty]
        case .targets: [.verdict, .severity, .limit, .offset, .pretty]
        case .target: [.namespace, .pretty]
        case .events: [.limit, .offset, .pretty]
        case .mapPicture, .metrics: []
        }
    }
}
