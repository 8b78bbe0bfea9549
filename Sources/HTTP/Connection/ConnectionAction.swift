// The actions that the state machine requests. The owner reads the conditions to wait for from its properties.

extension Connection {
    /// What the owner must do after an event.
    package enum Action: Sendable, Equatable {
        /// Continue according to `wantsRead`, `wantsWrite` and `deadline`.
        case proceed
        /// Shut down the sending side (`SHUT_WR`) once, then continue according to `wantsRead` and `deadline`.
        ///
        /// What the client still sends is read and discarded for a while: closing a socket with unread octets would
        /// reset the connection and could destroy the response in transit (RFC 9112 §9.6).
        case shutDownWriting
        /// Close the socket now.
        case close(End)
    }
}
