// The status codes of this server. A response needs only code, class and reason phrase, so this is a small struct and
// not an enumeration that every switch must cover.

/// A status code with its reason phrase (RFC 9110 §15, RFC 6585).
package struct Status: Sendable, Hashable {
    /// The three digits.
    package let code: Int
    /// The reason phrase in the status line.
    package let reason: String

    /// A custom status.
    ///
    /// Traps on a code that is not three digits, or a phrase with control characters.
    package init(code: Int, reason: String) {
        precondition((100...599).contains(code), "a status code has three digits and a class from 1 to 5")
        precondition(
            reason.utf8.allSatisfy { OctetSet.fieldValue.contains($0) }, "a reason phrase has no control characters")
        self.code = code
        self.reason = reason
    }

    /// Compares codes only: the phrase is for people.
    package static func == (left: Status, right: Status) -> Bool { left.code == right.code }

    /// Consistent with `==`.
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }

    /// False for 1xx, 204 and 304, which have no content (RFC 9112 §6.3).
    var allowsContent: Bool { code >= 200 && code != 204 && code != 304 }
}

extension Status {
    /// 200
    package static let ok = Status(code: 200, reason: "OK")
    /// 204
    package static let noContent = Status(code: 204, reason: "No Content")
    /// 304
    package static let notModified = Status(code: 304, reason: "Not Modified")
    /// 400
    package static let badRequest = Status(code: 400, reason: "Bad Request")
    /// 401
    package static let unauthorized = Status(code: 401, reason: "Unauthorized")
    /// 404
    package static let notFound = Status(code: 404, reason: "Not Found")
    /// 405
    package static let methodNotAllowed = Status(code: 405, reason: "Method Not Allowed")
    /// 408
    package static let requestTimeout = Status(code: 408, reason: "Request Timeout")
    /// 412
    package static let preconditionFailed = Status(code: 412, reason: "Precondition Failed")
    /// 414
    package static let uriTooLong = Status(code: 414, reason: "URI Too Long")
    /// 417
    package static let expectationFailed = Status(code: 417, reason: "Expectation Failed")
    /// 421
    package static let misdirectedRequest = Status(code: 421, reason: "Misdirected Request")
    /// 431
    package static let requestHeaderFieldsTooLarge = Status(code: 431, reason: "Request Header Fields Too Large")
    /// 500
    package static let internalServerError = Status(code: 500, reason: "Internal Server Error")
    /// 501
    package static let notImplemented = Status(code: 501, reason: "Not Implemented")
    /// 503
    package static let serviceUnavailable = Status(code: 503, reason: "Service Unavailable")
    /// 505
    package static let httpVersionNotSupported = Status(code: 505, reason: "HTTP Version Not Supported")
}
