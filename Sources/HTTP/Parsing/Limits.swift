// Every resource that a client could use up has a bound here, and every wait has an end. The
// defaults suit a listener that is asked by a few scrapers and people; the owner may replace each
// of them. Octets are counted as they came over the wire.

/// What one connection may cost: sizes in octets, waits as durations.
public struct Limits: Sendable, Equatable {
    /// Octets of a request line without its CRLF; a longer one is answered 414. RFC 9112 §3 asks for
    /// at least 8,000.
    public var requestLine: Int
    /// Octets of a head, from the request line to the empty line, CRLFs included; more is 431.
    public var head: Int
    /// Field lines in one head; more is 431 (RFC 6585 §5).
    public var fieldCount: Int
    /// Octets of request content that are read and thrown away to keep the connection; a request
    /// with more of it is answered, and the connection closed.
    public var content: Int
    /// Requests answered on one connection; the last answer carries `Connection: close`.
    public var requestsPerConnection: Int
    /// Octets waiting to be written beyond which no further pipelined request is taken up.
    public var pendingOutput: Int
    /// From the accept to the end of the first head, and from the first octet of every later head
    /// to its end.
    public var headerDeadline: Duration
    /// From the end of a head to the end of its content.
    public var contentDeadline: Duration
    /// From an answer that is written to the first octet of the next request.
    public var idleTimeout: Duration
    /// How long a client may read nothing of what waits for it.
    public var writeDeadline: Duration
    /// How long a client may go on sending after the last answer, before the connection is closed.
    public var lingerTime: Duration

    /// The defaults, each of which may be given.
    public init(
        requestLine: Int = 8_192,
        head: Int = 16_384,
        fieldCount: Int = 100,
        content: Int = 65_536,
        requestsPerConnection: Int = 1_000,
        pendingOutput: Int = 262_144,
        headerDeadline: Duration = .seconds(10),
        contentDeadline: Duration = .seconds(10),
        idleTimeout: Duration = .seconds(60),
        writeDeadline: Duration = .seconds(30),
        lingerTime: Duration = .seconds(2)
    ) {
        self.requestLine = requestLine
        self.head = head
        self.fieldCount = fieldCount
        self.content = content
        self.requestsPerConnection = requestsPerConnection
        self.pendingOutput = pendingOutput
        self.headerDeadline = headerDeadline
        self.contentDeadline = contentDeadline
        self.idleTimeout = idleTimeout
        self.writeDeadline = writeDeadline
        self.lingerTime = lingerTime
    }
}
