// `chunk-size [ chunk-ext ]` (RFC 9112 §7.1): hexadecimal digits, then extensions. Extensions are not used in practice
// except for request smuggling. They are ignored, but must conform to the grammar.

/// The line before a chunk.
struct ChunkSizeLine {
    /// The number of hexadecimal digits of an Int, including leading zeros.
    static let maximumDigits = 16

    /// Octets in the chunk; 0 ends the content.
    let size: Int

    /// Reads a line without its CRLF.
    ///
    /// - Throws: 400 for anything but digits and valid extensions, and on overflow.
    init(_ line: Octets) throws(RequestError) {
        var index = 0
        var size: UInt64 = 0
        while index < line.count, let digit = line[index].hexadecimalValue {
            guard index < ChunkSizeLine.maximumDigits else { throw .malformed("A chunk size is too large.") }
            size = size << 4 | UInt64(digit)
            index += 1
        }
        guard index > 0 else { throw .malformed("A chunk has no size.") }
        guard let size = Int(exactly: size) else { throw .malformed("A chunk size is too large.") }
        self.size = size
        while index < line.count {
            index = try ChunkSizeLine.extensionEnd(line, from: index)
        }
    }

    /// `BWS ";" BWS name [ BWS "=" BWS value ]`, starting with its white space.
    ///
    /// - Returns: the start of the next extension, or the end of the line.
    private static func extensionEnd(_ line: Octets, from start: Int) throws(RequestError) -> Int {
        let semicolon = skipWhiteSpace(line, from: start)
        guard semicolon < line.count, line[semicolon] == UInt8(ascii: ";") else {
            throw .malformed("A chunk size is followed by something other than an extension.")
        }
        let nameEnd = try tokenEnd(line, from: skipWhiteSpace(line, from: semicolon + 1))
        let equals = skipWhiteSpace(line, from: nameEnd)
        guard equals < line.count, line[equals] == UInt8(ascii: "=") else { return nameEnd }
        let value = skipWhiteSpace(line, from: equals + 1)
        guard value < line.count, line[value] == UInt8(ascii: "\"") else {
            return try tokenEnd(line, from: value)
        }
        var index = value + 1
        while index < line.count, line[index] != UInt8(ascii: "\"") {
            index += line[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < line.count else { throw .malformed("A chunk extension has an unclosed quotation mark.") }
        return index + 1
    }

    private static func tokenEnd(_ line: Octets, from start: Int) throws(RequestError) -> Int {
        var index = start
        while index < line.count, OctetSet.token.contains(line[index]) { index += 1 }
        guard index > start else { throw .malformed("A chunk extension is malformed.") }
        return index
    }

    private static func skipWhiteSpace(_ line: Octets, from start: Int) -> Int {
        var index = start
        while index < line.count, line[index].isWhiteSpace { index += 1 }
        return index
    }
}
