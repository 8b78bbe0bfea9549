// A connection passes through its phases in one direction, except that it returns to `head` for the next request while
// it is kept alive. `finishing` and `lingering` are separate because the sending side may only be shut down after the
// last response is written.

extension Connection {
    /// The phase of a connection.
    enum Phase: Sendable {
        /// Waiting for a request or reading its head.
        case head
        /// Reading the content of a request before it is answered.
        case content(Request, ContentReader)
        /// The response to a request is being made elsewhere. `isUnwanted`: its content is not read.
        case responding(Request, isUnwanted: Bool)
        /// The last response is queued. Input is discarded.
        case finishing(End)
        /// The last response is written and the sending side is shut down.
        case lingering(End, until: Duration)
        case closed(End)
    }
}
