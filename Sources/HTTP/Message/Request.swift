// A request whose head was read completely and found in order. What decides about the connection
// (framing, persistence, expectation, host) is worked out here, once, since a request in which any
// of it is wrong is no request.

/// One request, without its content: no resource here wants any.
///
/// An object, because it never changes and goes through many hands: they share it where they would each copy a dozen
/// fields.
public final class Request: Sendable, Equatable {
    /// What the client expects before it sends content (RFC 9110 §10.1.1).
    public enum Expectation: Sendable, Equatable {
        case none
        /// An interim answer, or a final one instead of it.
        case proceed
    }

    /// The method.
    public let method: Method
    /// What is asked for.
    public let target: RequestTarget
    /// The digit after `HTTP/1.`; above 1 it means no more than 1.
    public let minorVersion: Int
    /// All fields as they came.
    public let fields: Fields
    /// The host that is meant: the target's if it names one, else the Host field's. Only an
    /// HTTP/1.0 request may have none.
    public let authority: Authority?
    /// Where the content ends.
    public let framing: Framing
    /// Whether the client waits to be told to send its content.
    public let expectation: Expectation
    /// Whether the client would send further requests on this connection (RFC 9112 §9.3).
    public let wantsKeepAlive: Bool

    /// Examines the fields of a head.
    ///
    /// - Throws: what is wrong with Host, the framing fields or Expect.
    init(line: RequestLine, fields: Fields) throws(RequestError) {
        let control = try ControlFields(fields, minorVersion: line.minorVersion)
        method = line.method
        target = line.target
        minorVersion = line.minorVersion
        self.fields = fields
        authority = line.target.authority ?? control.host
        framing = try control.framing(fields, minorVersion: line.minorVersion)
        // An HTTP/1.0 client cannot mean it (RFC 9110 §10.1.1).
        expectation = control.expectsContinue && line.minorVersion > 0 ? .proceed : .none
        wantsKeepAlive = !control.wantsClose && (line.minorVersion > 0 || control.wantsKeepAlive)
    }

    /// The host in small letters.
    public var host: String? { authority?.host }

    /// Whether both ask for the same in the same words; all else follows from these.
    public static func == (left: Request, right: Request) -> Bool {
        left.method == right.method && left.target == right.target && left.minorVersion == right.minorVersion
            && left.fields == right.fields
    }

    /// The first query item's value under this name, decoded.
    public func query(_ name: String) -> String? {
        target.query.first { $0.name == name }?.value
    }
}
