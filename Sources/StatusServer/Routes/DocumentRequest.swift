import HTTP
import SelfConnect

/// A request for a document that is made from a snapshot.
struct DocumentRequest: Sendable {
    let route: Route
    /// Of the target, for a route of one.
    let name: String
    let query: StatusQuery
    let request: Request
    /// Requests and connections so far.
    let counts: (requests: RequestCounts, connections: ConnectionCounts)
    /// How much of the targets the metrics show.
    let detail: MetricsDetail
}
