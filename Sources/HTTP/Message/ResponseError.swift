/// Why received bytes are not a response.
public enum ResponseError: Error, Hashable, Sendable {
    /// It does not follow RFC 9112.
    case notHTTP
    /// The head has more octets than this.
    case headTooLarge(limit: Int)
    /// The content has more octets than this, by its own account.
    case contentTooLarge(limit: Int)
    /// It does not state the length of its content, so that a truncated one could not be recognized.
    case lengthMissing
    /// The connection ended before anything came.
    case empty
    /// The connection ended after this many octets of the content; nil: within the head.
    case cutShort(at: Int?, of: Int?)
}

extension ResponseError: CustomStringConvertible {
    /// A predicate, to be read after the name of the server: `answered with something that is not HTTP`.
    public var description: String {
        switch self {
        case .notHTTP: "answered with something that is not HTTP"
        case .headTooLarge(let limit): "answered with a head of more than \(limit) bytes"
        case .contentTooLarge(let limit): "answered with more than \(limit) bytes"
        case .lengthMissing: "answered without saying how long the answer is"
        case .empty: "ended the connection without an answer"
        case .cutShort(let count?, let length?): "ended the connection after \(count) of \(length) bytes"
        case .cutShort: "ended the connection within the head of its answer"
        }
    }
}
