// The framing of netlink messages (netlink(7)): a header of 16 octets, a payload, padding to four. No side effects:
// octets in, values out, so that the tests cover each field with a fixture.

import CLinux
import Glibc
import SelfConnect

/// The header of a netlink message: `struct nlmsghdr`.
struct NetlinkHeader: Hashable {
    /// Length including the header, without padding.
    var length: UInt32
    /// The type of the payload.
    var type: UInt16
    /// The NLM_F_… flags.
    var flags: UInt16
    /// The sequence number of the request.
    var sequence: UInt32
    /// The port id of the user's socket.
    var port: UInt32

    static let size = 16
}

/// Parses datagrams and builds requests.
enum NetlinkMessage {
    static let done = UInt16(NLMSG_DONE)
    static let error = UInt16(NLMSG_ERROR)
    static let noop = UInt16(NLMSG_NOOP)

    /// NLA_TYPE_MASK: all but NLA_F_NESTED and NLA_F_NET_BYTEORDER.
    private static let typeMask: UInt16 = 0x3FFF

    /// Calls `body` with each message of a datagram. Throws if the length of a message exceeds the datagram or is
    /// shorter than the header.
    static func forEach(
        in datagram: RawSpan, _ body: (NetlinkHeader, RawSpan) throws(SystemCallError) -> Void
    ) throws(SystemCallError) {
        var offset = 0
        while offset < datagram.byteCount {
            let rest = datagram.byteCount - offset
            guard rest >= NetlinkHeader.size else { throw malformed("a message is cut short in its header") }
            let header = NetlinkHeader(
                length: datagram.load(offset), type: datagram.load(offset + 4), flags: datagram.load(offset + 6),
                sequence: datagram.load(offset + 8), port: datagram.load(offset + 12))
            guard header.length >= UInt32(NetlinkHeader.size), Int(header.length) <= rest else {
                throw malformed("a message of \(header.length) octets in \(rest)")
            }
            let end = offset + Int(header.length)
            try body(header, datagram.extracting(offset + NetlinkHeader.size..<end))
            offset = aligned(end)
        }
    }

    /// Calls `body` with the type and the value of each attribute (`struct nlattr`) after `offset`.
    static func forEachAttribute(
        in payload: RawSpan, from offset: Int, _ body: (UInt16, RawSpan) throws(SystemCallError) -> Void
    ) throws(SystemCallError) {
        var offset = offset
        while offset < payload.byteCount {
            let rest = payload.byteCount - offset
            guard rest >= 4 else { throw malformed("an attribute is cut short in its header") }
            let length: UInt16 = payload.load(offset)
            guard length >= 4, Int(length) <= rest else {
                throw malformed("an attribute of \(length) octets in \(rest)")
            }
            let type: UInt16 = payload.load(offset + 2)
            try body(type & typeMask, payload.extracting(offset + 4..<offset + Int(length)))
            offset = aligned(offset + Int(length))
        }
    }

    /// A request: header and `payload`, as one message to the kernel (port 0).
    static func request(type: UInt16, flags: Int32, sequence: UInt32, payload: [UInt8]) -> [UInt8] {
        var message: [UInt8] = []
        message.append(native: UInt32(NetlinkHeader.size + payload.count))
        message.append(native: type)
        message.append(native: UInt16(flags | NLM_F_REQUEST))
        message.append(native: sequence)
        message.append(native: UInt32(0))
        return message + payload
    }

    /// The errno of an NLMSG_ERROR, or of an NLMSG_DONE that contains one; 0 is an acknowledgement.
    static func errorNumber(in payload: RawSpan) throws(SystemCallError) -> Int32 {
        guard payload.byteCount >= 4 else { throw malformed("an error without its number") }
        let number: Int32 = payload.load(0)
        guard number <= 0, number > -4096 else { throw malformed("error number \(number)") }
        return -number
    }

    static func malformed(_ what: String) -> SystemCallError {
        SystemCallError("netlink reply", what, code: EBADMSG)
    }

    private static func aligned(_ offset: Int) -> Int { (offset + 3) & ~3 }
}

extension RawSpan {
    /// An integer in host byte order. Traps if out of bounds.
    func load<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Value {
        unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)
    }
}

extension [UInt8] {
    /// Appends an integer in host byte order.
    mutating func append(native value: some FixedWidthInteger & BitwiseCopyable) {
        Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
    }
}

extension IPAddress {
    /// The address in network byte order: 4 octets or 16.
    var networkOctets: [UInt8] {
        var octets: [UInt8] = []
        switch self {
        case .v4(let address): octets.append(native: address.bits.bigEndian)
        case .v6(let address):
            octets.append(native: address.high.bigEndian)
            octets.append(native: address.low.bigEndian)
        }
        return octets
    }
}
