// Reads and discards the content of a request: no resource here uses content, but unread content would be parsed as the
// next request (RFC 9110 §9.3.1). The framing is checked as strictly as if the content were used.

/// The search for the end of a request's content.
struct ContentReader: Sendable {
    /// The result for the octets so far.
    enum Outcome: Sendable, Equatable {
        case partial
        /// The content has ended; the next request follows.
        case complete
        /// The content exceeds the limit: respond and close.
        case tooLarge
        case failure(RequestError)
    }

    private enum State: Sendable {
        case length(remaining: Int)
        case chunked(ChunkedReader)
    }

    private var state: State

    /// A reader for content with this framing; nil if there is none.
    init?(_ framing: Framing, limits: Limits) {
        switch framing {
        case .none: return nil
        case .length(let length): state = .length(remaining: length)
        case .chunked: state = .chunked(ChunkedReader(limits: limits))
        }
    }

    /// Whether the announced length exceeds the limit.
    static func announcesTooMuch(_ framing: Framing, limits: Limits) -> Bool {
        if case .length(let length) = framing { return length > limits.content }
        return false
    }

    /// Reads the next octets up to the end of the content.
    ///
    /// - Returns: the outcome, and the number of octets consumed.
    mutating func read(_ bytes: Octets) -> (outcome: Outcome, consumed: Int) {
        switch state {
        case .length(let remaining):
            let taken = min(remaining, bytes.count)
            state = .length(remaining: remaining - taken)
            return (taken == remaining ? .complete : .partial, taken)
        case .chunked(var reader):
            // Keeps this the only reference, so that its line grows in place.
            state = .length(remaining: 0)
            defer { state = .chunked(reader) }
            return reader.read(bytes)
        }
    }
}
