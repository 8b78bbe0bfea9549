// `METHOD SP target SP HTTP/1.x` only: single spaces, and always a version. RFC 9112 §3 permits lenient parsing of
// white space, but then an intermediary could interpret the request differently.

/// The first line of a request.
struct RequestLine: Sendable {
    let method: Method
    let target: RequestTarget
    /// The digit after `HTTP/1.`. Versions above 1.1 are treated as 1.1 (RFC 9110 §2.5).
    let minorVersion: Int

    /// Parses a request line without its CRLF.
    ///
    /// - Throws: 400 if it has another form, 505 if the version is valid but not 1.x.
    init(_ bytes: Octets, _ range: Range<Int>) throws(RequestError) {
        guard let first = bytes.firstIndex(of: .space, in: range),
            let second = bytes.firstIndex(of: .space, in: first + 1..<range.upperBound)
        else { throw .malformed("The request line is not a method, a target and a version.") }
        method = try Method(bytes, range.lowerBound..<first)
        minorVersion = try RequestLine.minorVersion(bytes, second + 1..<range.upperBound)
        target = try RequestTarget(bytes, first + 1..<second, method: method)
    }

    /// The method at the start of a line that is not valid or not complete; nil if there is none. The error response to HEAD
    /// has no content either (RFC 9110 §9.3.2).
    static func method(_ bytes: Octets, _ range: Range<Int>) -> Method? {
        guard let space = bytes.firstIndex(of: .space, in: range) else { return nil }
        return try? Method(bytes, range.lowerBound..<space)
    }

    /// `HTTP-version = "HTTP/" DIGIT "." DIGIT`, case-sensitive (RFC 9112 §2.3).
    private static func minorVersion(_ bytes: Octets, _ range: Range<Int>) throws(RequestError) -> Int {
        let start = range.lowerBound
        guard range.count == 8, bytes.equals(start..<start + 5, "HTTP/"), bytes[start + 5].isDigit,
            bytes[start + 6] == UInt8(ascii: "."), bytes[start + 7].isDigit
        else { throw .malformed("The request line does not end with a version of HTTP.") }
        guard bytes[start + 5] == UInt8(ascii: "1") else {
            throw RequestError(.httpVersionNotSupported, "Only HTTP/1.0 and HTTP/1.1 are spoken here.")
        }
        return Int(bytes[start + 7] - UInt8(ascii: "0"))
    }
}
