// A connection goes through its phases in one direction, except that it returns to the head of the
// next request as long as it persists. `finishing` and `lingering` are two because the writing side
// may only be shut down when the last answer is written.

extension Connection {
    /// What a connection is doing.
    enum Phase: Sendable {
        /// Waiting for a request or reading its head.
        case head
        /// Reading the content of a request before it is answered.
        case content(Request, ContentReader)
        /// The last answer is queued. What comes in is thrown away.
        case finishing(End)
        /// The last answer is written and the writing side shut down.
        case lingering(End, until: Duration)
        case closed(End)
    }
}
