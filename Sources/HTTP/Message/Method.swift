// Methods are case-sensitive (RFC 9110 §9.1): `get` is an unknown method. The known methods are those of RFC 9110,
// PATCH (RFC 5789) and QUERY, a GET with content. The router decides whether a method is allowed; it returns 405 for a
// known and 501 for an unknown one.

/// The method of a request.
package enum Method: Sendable, Hashable {
    case get
    case head
    case options
    case post
    case put
    case delete
    case patch
    case connect
    case trace
    case query
    /// A token that is not a known method.
    case unknown(String)

    /// Parses a method.
    ///
    /// - Throws: 400 if it is empty or not a token.
    init(_ bytes: Octets, _ range: Range<Int>) throws(RequestError) {
        if bytes.equals(range, "GET") {
            self = .get
            return
        }
        guard !range.isEmpty, bytes.allSatisfy(.token, in: range) else {
            throw .malformed("The request line does not begin with a method.")
        }
        let name = bytes.string(range)
        self = Method.known.first { $0.name == name } ?? .unknown(name)
    }

    private static let known: [Method] = [.head, .options, .post, .put, .delete, .patch, .connect, .trace, .query]

    /// The method as in the request line.
    package var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .options: "OPTIONS"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .patch: "PATCH"
        case .connect: "CONNECT"
        case .trace: "TRACE"
        case .query: "QUERY"
        case .unknown(let name): name
        }
    }
}
