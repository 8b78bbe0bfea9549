import HTTP
import Linux

/// A connection that the event loop serves.
final class HTTPClient {
    let socket: AcceptedSocket
    let place: ListeningPlace
    var connection: Connection
    /// What the poller waits for.
    var interest: Readiness
    /// Octets that were unsent when it was last served.
    var unsent = 0
    /// Whether it used up its last turn.
    var hasUsedUpTurn = false

    init(_ socket: AcceptedSocket, from listener: any Listener, _ connection: Connection) {
        self.socket = socket
        place = listener.place
        self.connection = connection
        interest = .read
    }
}
