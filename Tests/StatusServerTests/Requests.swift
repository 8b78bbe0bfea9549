import HTTP

extension Request {
    /// A request of a client with these field lines.
    static func of(
        _ target: String = "/", _ lines: String..., method: String = "GET", host: String = "localhost"
    ) throws -> Request {
        var parser = RequestParser(limits: Limits())
        let fields = (["Host: \(host)"] + lines).map { $0 + "\r\n" }.joined()
        let outcome = parser.parse(Array("\(method) \(target) HTTP/1.1\r\n\(fields)\r\n".utf8).span).outcome
        guard case .request(let request) = outcome else { throw NoRequest(outcome: outcome) }
        return request
    }

    private struct NoRequest: Error {
        let outcome: RequestParser.Outcome
    }
}
