import HTTP

/// Requests by status and route, for the metrics. The route's pattern, never what a client wrote.
struct RequestCounts {
    /// What is counted apart.
    struct Entry {
        let code: Int
        let path: String
        var count: Int
    }

    /// In the order in which they came up first: a few dozen at most, and most requests are for the first of them.
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
