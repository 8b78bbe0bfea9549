// Why connections end is the first question when clients complain, so that the reason is a value
// that metrics can count.

extension Connection {
    /// Why a connection ended.
    public enum End: Sendable, Hashable {
        /// The client closed it, with no request half sent.
        case closedByClient
        /// The client asked for this end with `Connection: close`, or by speaking HTTP/1.0.
        case lastAnswer
        /// The client has had as many answers as one connection may have.
        case requestLimit
        /// The client sent, or announced, content that was not worth waiting for.
        case unwantedContent
        /// A request could not be read and was answered with this status, 408 included.
        case refused(Status)
        /// No request came.
        case idle
        /// The client read nothing of its answers.
        case unread
        /// It had to make room for another client.
        case displaced
        /// The listener is shutting down.
        case drained
        /// The transport failed.
        case lost
    }
}
