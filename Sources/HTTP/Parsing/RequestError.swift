// What is wrong with a request that breaks the message syntax. After such a failure nobody knows
// where the next request would begin, so that the connection always ends with the answer.

/// A request that cannot be read: the status to answer with, and one sentence for people.
public struct RequestError: Error, Sendable, Equatable {
    /// The status of the answer.
    public let status: Status
    /// A plain sentence that says what is wrong.
    public let message: String

    /// A failure with a status of its own.
    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }

    /// 400: the message breaks the grammar.
    static func malformed(_ message: String) -> RequestError {
        RequestError(.badRequest, message)
    }
}
