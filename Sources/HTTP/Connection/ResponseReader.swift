// The client's side of one exchange. A request of HTTP/1.0 asks for it: an answer to that is not chunked (RFC 9112 §6.1),
// and the connection ends with it. What decides is the octets in their order: an answer that comes whole, halved or octet
// by octet has the same outcome.

/// Reads one answer to a GET from octets as they come.
public struct ResponseReader: Sendable {
    /// Octets of a head, the empty line included; as many as the daemon takes of a request.
    public static let headLimit = 16_384

    private let contentLimit: Int
    /// The head until it is complete, and then the content.
    private var octets: [UInt8] = []
    /// Where the search for the end of the head goes on.
    private var searched = 0
    private var head: (status: Int, length: Int)?

    /// A reader of an answer whose content has at most so many octets.
    public init(contentLimit: Int) {
        self.contentLimit = contentLimit
    }

    /// Reads on: the answer when all of it has come, nil while more is needed. What follows it is passed over.
    public mutating func take(_ more: ArraySlice<UInt8>) throws(ResponseError) -> ReceivedResponse? {
        octets += more
        if head == nil { head = try readHead() }
        guard let head, octets.count >= head.length else { return nil }
        return ReceivedResponse(status: head.status, content: Array(octets.prefix(head.length)))
    }

    /// What it means that nothing more comes.
    public var faultAtEnd: ResponseError {
        if let head { return .cutShort(at: octets.count, of: head.length) }
        return octets.isEmpty ? .empty : .cutShort(at: nil, of: nil)
    }

    /// The status and the length once the empty line is there, which is then cut off; nil before.
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

    /// Where the empty line begins that ends the head.
    private mutating func endOfHead() -> Int? {
        let stop = min(octets.count, Self.headLimit) - 4
        while searched <= stop {
            if octets[searched...].starts(with: Self.emptyLine) { return searched + 2 }
            searched += 1
        }
        return nil
    }

    private static let emptyLine = Array("\r\n\r\n".utf8)

    /// How many octets of content to wait for. An answer that is a refusal says by its status what matters: its content
    /// is taken where it can be.
    private func length(_ head: ReceivedHead) throws(ResponseError) -> Int {
        guard head.status == 200 else { return head.length.map { $0 <= contentLimit ? $0 : 0 } ?? 0 }
        guard let length = head.length else { throw .lengthMissing }
        guard length <= contentLimit else { throw .contentTooLarge(limit: contentLimit) }
        return length
    }
}
