// Finds the lines of a head and parses each one as soon as it is complete. The scanner examines every octet once, and
// the outcome, including the first error, depends only on the octets, not on how they are split into reads.

/// The incremental search for the end of one head. The octets passed to it always start with the head's first one.
struct HeadScanner {
    enum Progress: Equatable {
        /// More octets are needed.
        case partial
        /// The head ends before this index.
        case complete(end: Int)
    }

    private let limits: Limits
    /// The next octet to examine.
    private var position = 0
    private var lineStart = 0
    /// The start of the request line: after the one empty line that is permitted.
    private var start = 0
    private(set) var requestLine: RequestLine?
    /// The method of the request, also where its line has been rejected.
    private var method: Method?
    private var isInFields = false
    /// The start of the field lines.
    private(set) var fieldsStart = 0
    private(set) var entries: [Fields.Entry] = []

    init(limits: Limits) {
        self.limits = limits
    }

    /// Continues the scan. `bytes` contains those of the last call and the new ones.
    ///
    /// - Throws: the failure of the first line that violates a rule or a limit.
    mutating func advance(over bytes: Octets) throws(RequestError) -> Progress {
        while let end = try lineEnd(in: bytes) {
            let line = lineStart..<end
            lineStart = end + 2
            position = lineStart
            if !isInFields {
                try readRequestLine(bytes, line)
            } else if line.isEmpty {
                return .complete(end: lineStart)
            } else {
                guard entries.count < limits.fieldCount else {
                    throw RequestError(.requestHeaderFieldsTooLarge, "The request has too many fields.")
                }
                entries.append(try FieldLine.read(bytes, line, base: fieldsStart))
            }
        }
        return .partial
    }

    /// The method of the request; `bytes` are those of an incomplete head.
    func method(in bytes: Octets) -> Method? {
        method ?? (isInFields || lineStart >= bytes.count ? nil : RequestLine.method(bytes, lineStart..<bytes.count))
    }

    private mutating func readRequestLine(_ bytes: Octets, _ line: Range<Int>) throws(RequestError) {
        if line.isEmpty && start == 0 {
            // One empty line before the request line is ignored (RFC 9112 §2.2).
            start = lineStart
            return
        }
        method = RequestLine.method(bytes, line)
        requestLine = try RequestLine(bytes, line)
        isInFields = true
        fieldsStart = lineStart
        entries.reserveCapacity(8)
    }

    /// The index of the CR that ends the current line; nil if it has not been received.
    ///
    /// A bare CR, a bare LF and all other control characters except HTAB are rejected (RFC 9112 §2.2, RFC 9110 §5.5),
    /// and so is the first octet beyond a limit.
    private mutating func lineEnd(in bytes: Octets) throws(RequestError) -> Int? {
        let headEnd = start + limits.head
        let lineLimit = isInFields ? Int.max : lineStart + limits.requestLine + 1
        let stop = min(bytes.count, headEnd, lineLimit)
        position = bytes.firstForbiddenControl(in: position..<stop) ?? stop
        if position < stop {
            guard bytes[position] == .carriageReturn else { throw HeadScanner.control(bytes[position]) }
            guard position + 1 < headEnd else { throw HeadScanner.tooLarge }
            guard position + 1 < bytes.count else { return nil }
            guard bytes[position + 1] == .lineFeed else {
                throw .malformed("A carriage return stands without a line feed.")
            }
            return position
        }
        if stop == lineLimit {
            method = RequestLine.method(bytes, lineStart..<stop)
            throw RequestError(.uriTooLong, "The request line is too long.")
        }
        if stop == headEnd { throw HeadScanner.tooLarge }
        return nil
    }

    private static var tooLarge: RequestError {
        RequestError(.requestHeaderFieldsTooLarge, "The head of the request is too large.")
    }

    private static func control(_ octet: UInt8) -> RequestError {
        octet == .lineFeed
            ? .malformed("A line feed stands without a carriage return.")
            : .malformed("The head of the request holds a control character.")
    }
}

extension Span where Element == UInt8 {
    /// The first control character in the range that is not allowed inside a line, which includes CR and LF.
    fileprivate func firstForbiddenControl(in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if self[index].isForbiddenControl { return index }
            index += 1
        }
        return nil
    }
}
