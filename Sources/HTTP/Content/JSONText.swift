// The only JSON document that this target writes is that of an error, so a string encoder is sufficient.

extension [UInt8] {
    /// Appends the text as a JSON string with quotation marks (RFC 8259 §7).
    mutating func append(jsonString text: String) {
        append(UInt8(ascii: "\""))
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case .lineFeed: append("\\n")
            case .carriageReturn: append("\\r")
            case .horizontalTab: append("\\t")
            case 0..<0x20: append(unicodeEscape: octet)
            default: append(octet)
            }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func append(unicodeEscape octet: UInt8) {
        append("\\u00")
        append(octet < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
        let digit = octet & 0xF
        append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
}
