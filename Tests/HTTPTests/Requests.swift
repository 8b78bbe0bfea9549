// Requests for tests of later stages.

import HTTP
import Testing

/// The request with this text.
func request(_ text: String, limits: Limits = Limits()) throws -> Request {
    var parser = RequestParser(limits: limits)
    let octets = Array(text.utf8)
    let (outcome, consumed) = parser.parse(octets.span)
    guard case .request(let request) = outcome else {
        Issue.record("no request: \(outcome)")
        throw CancellationError()
    }
    #expect(consumed == octets.count)
    return request
}

/// A GET with these field lines.
func get(_ target: String = "/", _ lines: String...) throws -> Request {
    try request("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(lines.map { $0 + "\r\n" }.joined())\r\n")
}

extension Moment {
    /// A moment this many seconds after the start.
    static func after(_ seconds: Double) -> Moment {
        Moment(now: .seconds(seconds), unixTime: 784_111_777 + Int64(seconds))
    }
}
