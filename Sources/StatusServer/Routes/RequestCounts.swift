import HTTP

/// Counts requests by status and route, for the metrics. Uses the route's pattern, never text from a client.
struct RequestCounts {
    /// A combination that is counted.
    struct Entry {
        let code: Int
        let path: String
        var count: Int
    }

    /// In order of first use: a few dozen at most, and most requests match the first ones.
    private(set) var entries: [Entry] = []

    mutating func count(_ code: Int, _ path: String) {
        if let index = entries.firstIndex(where: { $0.code == code && $0.path == path }) {
            entries[index].count += 1
        } else {
            entries.append(Entry(code: code, path: path, count: 1))
        }
    }

    mutating func counting(_ response: Response, _ path: String) -> Response {
        count(response.status.code, path)
        return response
    }
}
