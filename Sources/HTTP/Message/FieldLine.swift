// `name ":" OWS value OWS` (RFC 9112 §5). A line that begins with white space is a folded line,
// which is obsolete, or stands between the request line and the first field, which never was
// allowed: both are refused, as is white space before the colon. All three have been used to make
// two servers read two different requests.

/// Reading of one field line.
enum FieldLine {
    /// The places of the name and the value.
    ///
    /// The line has been searched for control characters already.
    /// - Parameter range: the line without its CRLF.
    /// - Parameter base: the index in `bytes` that the places are counted from.
    /// - Throws: 400 if the line has not this form.
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

    /// Why a line is not a field line, given where its name stopped.
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
