// `name ":" OWS value OWS` (RFC 9112 §5). Rejected are lines that begin with white space (obsolete line folding, or
// white space between the request line and the first field) and white space before the colon. All of these have been
// used for request smuggling.

/// Parsing of one field line.
enum FieldLine {
    /// The ranges of the name and the value.
    ///
    /// The caller has already checked the line for control characters.
    /// - Parameter range: the line without its CRLF.
    /// - Parameter base: the index in `bytes` that the ranges are relative to.
    /// - Throws: 400 if the line has another form.
    static func read(_ bytes: Octets, _ range: Range<Int>, base: Int) throws(RequestError) -> Fields.Entry {
        let token = OctetSet.token
        var colon = range.lowerBound
        while colon < range.upperBound, token.contains(bytes[colon]) { colon += 1 }
        guard colon < range.upperBound, bytes[colon] == UInt8(ascii: ":"), colon > range.lowerBound else {
            throw reason(bytes, range, stoppedAt: colon)
        }
        let value = bytes.trimmed(colon + 1..<range.upperBound)
        return Fields.Entry(name: range.lowerBound..<colon, value: value, relativeTo: base)
    }

    /// Why a line is not a field line, given the index where its name ended.
    private static func reason(_ bytes: Octets, _ range: Range<Int>, stoppedAt index: Int) -> RequestError {
        guard index < range.upperBound else { return .malformed("A field line has no colon.") }
        if bytes[index].isWhiteSpace {
            return index == range.lowerBound
                ? .malformed("A field line begins with white space.")
                : .malformed("White space stands between a field name and its colon.")
        }
        return bytes[index] == UInt8(ascii: ":")
            ? .malformed("A field line has no name.")
            : .malformed("A field name holds a character that no field name has.")
    }
}
