/// The parts of a response's head that the reader needs.
struct ReceivedHead: Equatable {
    /// The status code.
    let status: Int
    /// Octets of the content; nil if the length is missing, or a transfer coding is used, which the client did not
    /// request.
    let length: Int?

    /// Parses a head whose last field line ends before `end`.
    ///
    /// - Throws: `.notHTTP` for syntax that RFC 9112 §4 and §5 do not allow, and for two lengths.
    init(_ bytes: Octets, end: Int) throws(ResponseError) {
        var lineStart = 0
        var status: Int?
        var entries: [Fields.Entry] = []
        while lineStart < end {
            let lineEnd = try Self.lineEnd(bytes, lineStart..<end)
            let line = lineStart..<lineEnd
            if status == nil {
                status = try Self.status(bytes, line)
            } else {
                entries.append(try Self.field(bytes, line))
            }
            lineStart = lineEnd + 2
        }
        guard let status else { throw .notHTTP }
        self.status = status
        length = try Self.length(Fields(block: bytes.array(0..<end), entries: entries))
    }

    /// The index of the line's CR. Other control characters except HTAB are rejected (RFC 9110 §5.5).
    private static func lineEnd(_ bytes: Octets, _ rest: Range<Int>) throws(ResponseError) -> Int {
        var index = rest.lowerBound
        while index < rest.upperBound, !bytes[index].isForbiddenControl { index += 1 }
        guard index + 1 < rest.upperBound, bytes[index] == .carriageReturn, bytes[index + 1] == .lineFeed else {
            throw .notHTTP
        }
        return index
    }

    /// `HTTP-version SP status-code [ SP reason-phrase ]` (RFC 9112 §4).
    private static func status(_ bytes: Octets, _ line: Range<Int>) throws(ResponseError) -> Int {
        guard line.count >= 12, bytes.equals(0..<7, "HTTP/1."), bytes[7].isDigit, bytes[8] == .space,
            let status = bytes.decimal(9..<12), status >= 100, line.count == 12 || bytes[12] == .space
        else { throw .notHTTP }
        return status
    }

    private static func field(_ bytes: Octets, _ line: Range<Int>) throws(ResponseError) -> Fields.Entry {
        do throws(RequestError) {
            return try FieldLine.read(bytes, line, base: 0)
        } catch {
            throw .notHTTP
        }
    }

    private static func length(_ fields: Fields) throws(ResponseError) -> Int? {
        guard fields["Transfer-Encoding"] == nil else { return nil }
        let values = fields.values("Content-Length")
        guard let value = values.first else { return nil }
        let digits = Array(value.utf8)
        guard values.count == 1, let length = digits.span.decimal(0..<digits.count) else { throw .notHTTP }
        return length
    }
}
