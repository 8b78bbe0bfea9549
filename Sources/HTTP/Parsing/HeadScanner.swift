// Finds the lines of a head and reads each as soon as its end is there. The scanner looks at every
// octet once, whatever pieces it came in, and decides by the octets in their order alone: a head
// that comes whole, halved or octet by octet has the same outcome, and the same first fault.

/// The incremental search for the end of one head, over octets that always begin at its first one.
struct HeadScanner {
    enum Progress: Equatable {
        /// More octets are needed.
        case partial
        /// The head ends before this index.
        case complete(end: Int)
    }

    private let limits: Limits
    /// The next octet to look at.
    private var position = 0
    private var lineStart = 0
    /// Where the request line begins: behind the one empty line that is forgiven.
    private var start = 0
    private(set) var requestLine: RequestLine?
    private var isInFields = false
    /// Where the field lines begin.
    private(set) var fieldsStart = 0
    private(set) var entries: [Fields.Entry] = []

    init(limits: Limits) {
        self.limits = limits
    }

    /// Reads on. `bytes` are those of the last call and what has come since.
    ///
    /// - Throws: the failure of the first line that breaks a rule or a limit.
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

    private mutating func readRequestLine(_ bytes: Octets, _ line: Range<Int>) throws(RequestError) {
        if line.isEmpty && start == 0 {
            // One empty line before the request line is ignored (RFC 9112 §2.2).
            start = lineStart
            return
        }
        requestLine = try RequestLine(bytes, line)
        isInFields = true
        fieldsStart = lineStart
        entries.reserveCapacity(8)
    }

    /// The index of the CR that ends the present line, or nil if it is not there yet.
    ///
    /// A bare CR, a bare LF and every other control character but HTAB are refused where they
    /// stand (RFC 9112 §2.2, RFC 9110 §5.5), and so is the first octet beyond a limit.
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
        if stop == lineLimit { throw RequestError(.uriTooLong, "The request line is too long.") }
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
    /// The first control character in the range that may stand in no line, CR and LF among them.
    fileprivate func firstForbiddenControl(in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if self[index].isForbiddenControl { return index }
            index += 1
        }
        return nil
    }
}
