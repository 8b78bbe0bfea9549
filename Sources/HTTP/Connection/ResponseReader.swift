// The client's side of one exchange. The request uses HTTP/1.0: its response is not chunked (RFC 9112 §6.1), and the
// connection ends with it. The outcome depends only on the octets, not on how they are split into reads.

/// Parses the response to a GET incrementally.
package struct ResponseReader: Sendable {
    /// Maximum octets of a head, including the empty line; as many as the daemon accepts in a request.
    package static let headLimit = 16_384

    private let contentLimit: Int
    /// The head until it is complete, then the content.
    private var octets: [UInt8] = []
    /// Where the search for the end of the head continues.
    private var searched = 0
    private var head: (status: Int, length: Int)?

    /// A reader of a response whose content has at most this many octets.
    package init(contentLimit: Int) {
        self.contentLimit = contentLimit
    }

    /// Adds octets; returns the response when it is complete, nil before. Further octets are ignored.
    package mutating func append(_ more: ArraySlice<UInt8>) throws(ResponseError) -> ReceivedResponse? {
        octets += more
        if head == nil { head = try readHead() }
        guard let head, octets.count >= head.length else { return nil }
        return ReceivedResponse(status: head.status, content: Array(octets.prefix(head.length)))
    }

    /// The error if no more octets follow.
    package var faultAtEnd: ResponseError {
        if let head { return .cutShort(at: octets.count, of: head.length) }
        return octets.isEmpty ? .empty : .cutShort(at: nil, of: nil)
    }

    /// The status and the content length when the empty line has been received, which is then removed; nil before.
    private mutating func readHead() throws(ResponseError) -> (status: Int, length: Int)? {
        guard octets.prefix(Self.version.count).elementsEqual(Self.version.prefix(octets.count)) else {
            throw .notHTTP
        }
        guard let end = endOfHead() else {
            guard octets.count < Self.headLimit else { throw .headTooLarge(limit: Self.headLimit) }
            return nil
        }
        let head = try ReceivedHead(octets.span, end: end)
        let length = try length(head)
        octets.removeFirst(end + 2)
        return (head.status, length)
    }

    private static let version = Array("HTTP/1.".utf8)

    /// The start of the empty line that ends the head.
    private mutating func endOfHead() -> Int? {
        let stop = min(octets.count, Self.headLimit) - 4
        while searched <= stop {
            if octets[searched...].starts(with: Self.emptyLine) { return searched + 2 }
            searched += 1
        }
        return nil
    }

    private static let emptyLine = Array("\r\n\r\n".utf8)

    /// The number of content octets to wait for. The content of an error response is optional: the status is
    /// sufficient.
    private func length(_ head: ReceivedHead) throws(ResponseError) -> Int {
        guard head.status == 200 else { return head.length.map { $0 <= contentLimit ? $0 : 0 } ?? 0 }
        guard let length = head.length else { throw .lengthMissing }
        guard length <= contentLimit else { throw .contentTooLarge(limit: contentLimit) }
        return length
    }
}
