// A row of the tables of rules, and the requests on which most rows are based.

import Testing

/// One row: octets, the statuses of the responses, and whether the connection closes.
struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let request: String
    let statuses: [Int]
    let closes: Bool

    init(_ name: String, _ request: String, _ statuses: Int..., closes: Bool = true) {
        self.name = name
        self.request = request
        self.statuses = statuses
        self.closes = closes
    }

    var testDescription: String { name }
}

extension Row {
    static func get(_ fields: String, target: String = "/") -> String {
        "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n"
    }

    static func post(_ fields: String, _ content: String) -> String {
        "POST / HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n\(content)"
    }

    static let next = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
}
