// A syntax error in a request. After it the start of the next request is unknown, so the connection always ends with
// the response.

/// An invalid request: the status of the response, and one sentence for people.
package struct RequestError: Error, Sendable, Equatable {
    /// The status of the response.
    package let status: Status
    /// A sentence that describes the error.
    package let message: String

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
