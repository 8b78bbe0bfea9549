import HTTP

/// Requests by status and route, for the metrics. The route's pattern, never what a client wrote.
struct RequestCounts {
    /// What is counted apart.
    struct Key: Hashable {
        let code: Int
        let path: String
    }

    private(set) var counts: [Key: Int] = [:]

    mutating func count(_ code: Int, _ path: String) {
        counts[Key(code: code, path: path), default: 0] += 1
    }

    mutating func counting(_ response: Response, _ path: String) -> Response {
        count(response.status.code, path)
        return response
    }
}
