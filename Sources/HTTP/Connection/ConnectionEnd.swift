// The reason for the end of a connection is needed to investigate complaints of clients, so it is a value that metrics
// can count.

extension Connection {
    /// Why a connection ended.
    package enum End: Sendable, Hashable {
        /// The client closed it, not in the middle of a request.
        case closedByClient
        /// The client requested it with `Connection: close`, or by using HTTP/1.0.
        case lastAnswer
        /// The maximum number of requests per connection was reached.
        case requestLimit
        /// The client sent or announced content that was not read completely.
        case unwantedContent
        /// An invalid request was answered with this status, including 408.
        case refused(Status)
        /// No request was received in time.
        case idle
        /// The client did not read its responses in time.
        case unread
        /// The connection was closed to make room for another client.
        case displaced
        /// The listener is shutting down.
        case drained
        /// The transport failed.
        case lost
    }
}
