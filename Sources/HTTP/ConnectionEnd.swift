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
        /// The listener is shutting down.
        case drained
        /// The transport failed.
        case lost
    }

    /// What the owner must do after an event.
    public enum Action: Sendable, Equatable {
        /// Go by `wantsRead`, `wantsWrite` and `deadline`.
        case proceed
        /// Shut down the writing side (`SHUT_WR`), once, and then go by `wantsRead` and `deadline`.
        ///
        /// What the client still sends is read and thrown away for a while: closing a socket with
        /// unread octets would reset the connection and could destroy the answer on its way
        /// (RFC 9112 §9.6).
        case shutDownWriting
        /// Close the socket now.
        case close(End)
    }

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
