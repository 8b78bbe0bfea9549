/// An IP address and a TCP port.
package struct Endpoint: Hashable, Sendable {
    /// The address.
    package var address: IPAddress
    /// The TCP port; 0 only for the peer of an unconnected socket.
    package var port: UInt16

    /// An endpoint of these parts.
    package init(_ address: IPAddress, _ port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Parses `127.0.0.1:50010` or `[::1]:50010`. Port 0 is rejected.
    package init(_ text: some StringProtocol) throws(ParseError) {
        let (address, port) = try Self.parts(of: text)
        self.init(address, try Port.parse(port))
    }

    /// The address, and the text after the colon that follows it.
    static func parts<Text: StringProtocol>(
        of text: Text
    ) throws(ParseError) -> (address: IPAddress, port: Text.SubSequence) {
        guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else {
            throw ParseError("“\(text)” has no port: write ADDRESS:PORT or [IPv6]:PORT")
        }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard isBracketed || !host.contains(":") else {
            throw ParseError("“\(text)”: write an IPv6 address in brackets, as in [::1]:50010")
        }
        let address = try IPAddress(isBracketed ? host.dropFirst().dropLast() : host)
        guard address.isIPv6 == isBracketed else {
            throw ParseError("“\(text)”: only an IPv6 address is written in brackets")
        }
        return (address, text[text.index(after: colon)...])
    }

    /// The endpoint with an IPv4-mapped address converted to IPv4.
    package var unmapped: Endpoint { Endpoint(address.unmapped, port) }
}

extension Endpoint: CustomStringConvertible {
    /// `127.0.0.1:50010` or `[::1]:50010`.
    package var description: String { Self.text(address, "\(port)") }

    /// An address with what stands for the port, with the brackets that an IPv6 address needs.
    static func text(_ address: IPAddress, _ port: String) -> String {
        address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}

extension Endpoint: Comparable {
    /// By port, then by address, so that both address families of a service are adjacent.
    package static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.port, left.address) < (right.port, right.address)
    }
}
