// Parses requests. A head that is complete in the caller's buffer is parsed there; otherwise the octets are stored
// until the rest arrives. The outcome does not depend on how the octets were split.

/// Parses the heads of one connection's requests, one after the other.
package struct RequestParser: Sendable {
    /// The result for the octets so far.
    package enum Outcome: Sendable, Equatable {
        /// The head is not complete.
        case partial
        /// A request; its content, if any, follows.
        case request(Request)
        /// The message is invalid, and so is everything after it.
        case failure(RequestError)
    }

    private let limits: Limits
    private var scanner: HeadScanner
    /// The octets of an incomplete head.
    private var pending: [UInt8] = []
    private var failure: RequestError?

    /// A parser that expects the first request.
    package init(limits: Limits) {
        self.limits = limits
        self.scanner = HeadScanner(limits: limits)
    }

    /// Whether a part of a head has been received; the one empty line that may precede it does not count.
    package var hasBegun: Bool { !(pending.isEmpty || pending == [.carriageReturn, .lineFeed]) }

    /// The method of the request that is being parsed or has failed, if it is known.
    package var method: Method? { scanner.method(in: pending.span) }

    /// Reads the next octets up to the end of one head.
    ///
    /// - Returns: the outcome, and the number of octets consumed: all of them if it is `.partial`. After a failure it
    ///   consumes everything and fails again.
    package mutating func parse(_ bytes: Octets) -> (outcome: Outcome, consumed: Int) {
        if let failure { return (.failure(failure), bytes.count) }
        do throws(RequestError) {
            return pending.isEmpty ? try parseInPlace(bytes) : try parseAfterPending(bytes)
        } catch {
            failure = error
            pending = []
            return (.failure(error), bytes.count)
        }
    }

    private mutating func parseInPlace(_ bytes: Octets) throws(RequestError) -> (Outcome, Int) {
        guard case .complete(let end) = try scanner.advance(over: bytes) else {
            pending.append(bytes)
            return (.partial, bytes.count)
        }
        return (.request(try takeRequest(bytes, end: end)), end)
    }

    private mutating func parseAfterPending(_ bytes: Octets) throws(RequestError) -> (Outcome, Int) {
        // Moved out and back, so that the scanner can read them while `self` is modified.
        var head: [UInt8] = []
        swap(&head, &pending)
        let before = head.count
        // The scanner decides within the limit of a head, plus an empty line and one octet, so no more than that is
        // copied.
        let room = max(limits.head + 3 - before, 0)
        head.append(bytes.extracting(0..<min(room, bytes.count)))
        guard case .complete(let end) = try scanner.advance(over: head.span) else {
            swap(&head, &pending)
            return (.partial, bytes.count)
        }
        return (.request(try takeRequest(head.span, end: end)), end - before)
    }

    /// The request whose head ends before this index; the parser then expects the next one.
    private mutating func takeRequest(_ bytes: Octets, end: Int) throws(RequestError) -> Request {
        guard let line = scanner.requestLine else { preconditionFailure("a head has a request line") }
        let block = bytes.array(scanner.fieldsStart..<end - 2)
        let request = try Request(line: line, fields: Fields(block: block, entries: scanner.entries))
        scanner = HeadScanner(limits: limits)
        return request
    }
}
