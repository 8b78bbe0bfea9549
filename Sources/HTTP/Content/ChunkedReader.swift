// The chunked coding (RFC 9112 §7.1), decoded to find its end. Sizes, extensions and trailers are checked against the
// grammar and limits: a lenient parser would disagree with others about where the next request begins.

/// The state between two pieces of chunked content.
struct ChunkedReader: Sendable {
    private enum State: Sendable {
        /// In the line with the size of the next chunk.
        case size
        /// In a chunk.
        case data(remaining: Int)
        /// Before the CR, and then before the LF, that end a chunk.
        case dataEnd
        case dataLineFeed
        /// In the lines after the last chunk.
        case trailer
    }

    private var state: State = .size
    private var line: [UInt8] = []
    /// Remaining octets of content that are accepted.
    private var contentBudget: Int
    /// Remaining octets of extensions and trailers that are accepted.
    private var extraBudget: Int

    init(limits: Limits) {
        contentBudget = limits.content
        extraBudget = limits.head
    }

    /// Reads the next octets up to the end of the content.
    mutating func read(_ bytes: Octets) -> (outcome: ContentReader.Outcome, consumed: Int) {
        var index = 0
        do throws(RequestError) {
            while index < bytes.count {
                if case .data(let remaining) = state {
                    let taken = min(remaining, bytes.count - index)
                    state = taken == remaining ? .dataEnd : .data(remaining: remaining - taken)
                    index += taken
                } else {
                    index += 1
                    let outcome = try process(bytes[index - 1])
                    if outcome != .partial { return (outcome, index) }
                }
            }
            return (.partial, index)
        } catch {
            return (.failure(error), index)
        }
    }

    /// Processes an octet that is not content.
    private mutating func process(_ octet: UInt8) throws(RequestError) -> ContentReader.Outcome {
        switch state {
        case .data:
            preconditionFailure("content is taken in pieces")
        case .dataEnd, .dataLineFeed:
            let isLineFeed = if case .dataLineFeed = state { true } else { false }
            guard octet == (isLineFeed ? .lineFeed : .carriageReturn) else {
                throw .malformed("A chunk does not end where its size says.")
            }
            state = isLineFeed ? .size : .dataLineFeed
            return .partial
        case .size:
            return try takeLine(octet) ? try endSizeLine() : .partial
        case .trailer:
            return try takeLine(octet) ? try endTrailerLine() : .partial
        }
    }

    private mutating func endSizeLine() throws(RequestError) -> ContentReader.Outcome {
        let size = try ChunkSizeLine(line.span).size
        line.removeAll(keepingCapacity: true)
        guard size <= contentBudget else { return .tooLarge }
        contentBudget -= size
        state = size == 0 ? .trailer : .data(remaining: size)
        return .partial
    }

    private mutating func endTrailerLine() throws(RequestError) -> ContentReader.Outcome {
        if line.isEmpty { return .complete }
        _ = try FieldLine.read(line.span, 0..<line.count, base: 0)
        line.removeAll(keepingCapacity: true)
        return .partial
    }

    /// Processes an octet of a line.
    ///
    /// - Returns: whether it was the LF that ends the line, which is then in `line` without CRLF.
    /// - Throws: 400 for control characters, a CR without LF, and lines beyond the limit.
    private mutating func takeLine(_ octet: UInt8) throws(RequestError) -> Bool {
        if line.last == .carriageReturn {
            guard octet == .lineFeed else { throw .malformed("A carriage return stands without a line feed.") }
            line.removeLast()
            return true
        }
        guard octet == .carriageReturn || !octet.isForbiddenControl else {
            throw .malformed("A line of the chunked content holds a control character.")
        }
        // A size has at most 16 digits: only the octets beyond them, and all octets of a trailer, count against the
        // limit.
        if line.count >= ChunkSizeLine.maximumDigits || isInTrailer {
            guard extraBudget > 0 else {
                throw .malformed("The chunk extensions and trailers are too large.")
            }
            extraBudget -= 1
        }
        line.append(octet)
        return false
    }

    private var isInTrailer: Bool {
        if case .trailer = state { return true }
        return false
    }
}
