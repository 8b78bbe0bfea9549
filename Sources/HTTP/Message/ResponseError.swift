/// Why a response could not be read.
package enum ResponseError: Error, Hashable, Sendable {
    /// It does not follow RFC 9112.
    case notHTTP
    /// The head has more octets than this.
    case headTooLarge(limit: Int)
    /// The announced content has more octets than this.
    case contentTooLarge(limit: Int)
    /// The content length is missing, so that a truncated response could not be detected.
    case lengthMissing
    /// The connection ended before any octet was received.
    case empty
    /// The connection ended after this many octets of the content; nil: within the head.
    case cutShort(at: Int?, of: Int?)
}

extension ResponseError: CustomStringConvertible {
    /// A predicate, to be prefixed with the peer's name: `answered with something that is not HTTP`.
    package var description: String {
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
