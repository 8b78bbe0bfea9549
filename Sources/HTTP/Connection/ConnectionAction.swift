// What comes out of the state machine at once. What it merely waits for, the owner reads from its
// properties.

extension Connection {
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
}
