// Limits on every resource that a client can use, and timeouts for every wait. The defaults suit a server with a few
// scrapers and users; the owner can change each of them. Octets are counted as transmitted.

/// The limits of one connection: sizes in octets, timeouts as durations.
package struct Limits: Sendable, Equatable {
    /// Octets of a request line without its CRLF; a longer one gets 414. RFC 9112 §3 recommends at least 8,000.
    package var requestLine: Int
    /// Octets of a head, from the request line to the empty line, including CRLFs; more gets 431.
    package var head: Int
    /// Field lines in a head; more get 431 (RFC 6585 §5).
    package var fieldCount: Int
    /// Octets of request content that are read and discarded to keep the connection open; a request with more content
    /// is answered, and the connection closed.
    package var content: Int
    /// Requests per connection; the last response has `Connection: close`.
    package var requestsPerConnection: Int
    /// Octets of pending output beyond which no further pipelined request is processed.
    package var pendingOutput: Int
    /// From the accept to the end of the first head, and from the first octet of every later head to its end.
    package var headerDeadline: Duration
    /// From the end of a head to the end of its content.
    package var contentDeadline: Duration
    /// From a written response to the first octet of the next request.
    package var idleTimeout: Duration
    /// How long a client may go without reading pending output.
    package var writeDeadline: Duration
    /// How long a client may continue to send after the last response before the connection is closed.
    package var lingerTime: Duration

    /// The defaults, except for the given values.
    package init(
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
