// Reads the content of a request in order to throw it away: no resource here wants content, but
// what is not read would be taken for the next request (RFC 9110 §9.3.1). The framing is checked as
// strictly as if the content were wanted.

/// The search for the end of one request's content.
struct ContentReader: Sendable {
    /// What the octets so far amount to.
    enum Outcome: Sendable, Equatable {
        case partial
        /// The content has ended; what follows is the next request.
        case complete
        /// There is more than is worth reading: answer, and close.
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

    /// Whether this content is announced to be larger than the limit.
    static func announcesTooMuch(_ framing: Framing, limits: Limits) -> Bool {
        if case .length(let length) = framing { return length > limits.content }
        return false
    }

    /// Reads the next octets up to the end of the content.
    ///
    /// - Returns: the outcome, and how many of the octets it took.
    mutating func read(_ bytes: Octets) -> (outcome: Outcome, consumed: Int) {
        switch state {
        case .length(let remaining):
            let taken = min(remaining, bytes.count)
            state = .length(remaining: remaining - taken)
            return (taken == remaining ? .complete : .partial, taken)
        case .chunked(var reader):
            // The only reference, so that its line grows in place.
            state = .length(remaining: 0)
            defer { state = .chunked(reader) }
            return reader.read(bytes)
        }
    }
}
