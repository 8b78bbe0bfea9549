// A request with a complete and valid head. Framing, persistence, expectation and host are determined here once,
// because a request is invalid if any of them is.

/// One request, without its content: no resource here uses it.
///
/// A class, because it is immutable and passed to many functions: they share it instead of copying a dozen fields.
package final class Request: Sendable, Equatable {
    /// What the client expects before it sends content (RFC 9110 §10.1.1).
    package enum Expectation: Sendable, Equatable {
        case none
        /// An interim response, or a final response instead.
        case proceed
    }

    /// The method.
    package let method: Method
    /// The requested target.
    package let target: RequestTarget
    /// The digit after `HTTP/1.`; values above 1 are treated as 1.
    package let minorVersion: Int
    /// All fields, unchanged.
    package let fields: Fields
    /// The requested host: from the target if it contains one, otherwise from the Host field. Only an HTTP/1.0 request
    /// may have none.
    package let authority: Authority?
    /// How the end of the content is determined.
    package let framing: Framing
    /// Whether the client waits for a response before it sends its content.
    package let expectation: Expectation
    /// Whether the client keeps the connection open for further requests (RFC 9112 §9.3).
    package let wantsKeepAlive: Bool

    /// Checks the fields of a head.
    ///
    /// - Throws: errors in Host, the framing fields or Expect.
    init(line: RequestLine, fields: Fields) throws(RequestError) {
        let control = try ControlFields(fields, minorVersion: line.minorVersion)
        method = line.method
        target = line.target
        minorVersion = line.minorVersion
        self.fields = fields
        authority = line.target.authority ?? control.host
        framing = try control.framing(fields, minorVersion: line.minorVersion)
        // The expectation is ignored in HTTP/1.0 (RFC 9110 §10.1.1).
        expectation = control.expectsContinue && line.minorVersion > 0 ? .proceed : .none
        wantsKeepAlive = !control.wantsClose && (line.minorVersion > 0 || control.wantsKeepAlive)
    }

    /// The host in lower case.
    package var host: String? { authority?.host }

    /// Whether both have the same method, target, version and fields; all other properties follow from these.
    package static func == (left: Request, right: Request) -> Bool {
        left.method == right.method && left.target == right.target && left.minorVersion == right.minorVersion
            && left.fields == right.fields
    }

    /// The decoded value of the first query item with this name.
    package func query(_ name: String) -> String? {
        target.query.first { $0.name == name }?.value
    }
}
