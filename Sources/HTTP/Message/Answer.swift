/// An answer as a client has it: what matters of it once all of it has come.
public struct Answer: Sendable, Equatable {
    /// The three digits of its status line.
    public let status: Int
    /// Its content.
    public let content: [UInt8]

    /// An answer as given.
    public init(status: Int, content: [UInt8]) {
        self.status = status
        self.content = content
    }
}

/// Why what came is no answer.
public enum AnswerFault: Error, Hashable, Sendable {
    /// It does not follow RFC 9112.
    case notHTTP
    /// The head has more octets than this.
    case headTooLarge(limit: Int)
    /// The content has more octets than this, by its own account.
    case contentTooLarge(limit: Int)
    /// It does not say how long its content is, so that nobody could tell whether all of it came.
    case lengthMissing
    /// The connection ended before anything came.
    case empty
    /// The connection ended after so many octets of the content; nil: within the head.
    case cutShort(at: Int?, of: Int?)
}

extension AnswerFault: CustomStringConvertible {
    /// What somebody did, to be read after his name: `answered with something that is not HTTP`.
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
