/// Parsing of TCP port numbers.
package enum Port {
    /// A decimal number from 1 to 65535, digits only.
    package static func parse(_ text: some StringProtocol) throws(ParseError) -> UInt16 {
        let isDecimal = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isDecimal, !text.isEmpty else {
            throw ParseError("“\(text)” is not a port: write a number from 1 to 65535")
        }
        guard let port = UInt16(text) else { throw ParseError("port \(text) is above 65535") }
        guard port != 0 else { throw ParseError("port 0 is not valid: ports range from 1 to 65535") }
        return port
    }
}
