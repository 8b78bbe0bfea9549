// One line of /proc/net/tcp or tcp6 (proc(5); `get_tcp4_sock`, `get_tcp6_sock` in the kernel). No side effects: octets
// in, a socket out, so that the tests cover each field with a fixture.
//
//       sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode …
//        0: 0100007F:9CA4 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 54907 1 …

import SelfConnect

/// Parses lines of the kernel's tables of TCP sockets.
enum ProcNetLine {
    /// The socket of a line; nil for the heading, for half-open connections, and for malformed lines.
    ///
    /// Values that the table does not contain are unset: control group, zone, and whether an IPv6 socket is IPv6-only.
    static func record(_ line: RawSpan) -> SocketRecord? {
        var fields = Fields()
        guard fields.next(in: line) != nil,  // line number
            let localField = fields.next(in: line), let peerField = fields.next(in: line),
            let stateField = fields.next(in: line),
            fields.next(in: line) != nil, fields.next(in: line) != nil,  // queues, timer
            fields.next(in: line) != nil,  // retransmissions
            let uidField = fields.next(in: line),
            fields.next(in: line) != nil,  // unanswered probes
            let inodeField = fields.next(in: line)
        else { return nil }
        guard let local = endpoint(line, localField), let peer = endpoint(line, peerField),
            local.address.isIPv6 == peer.address.isIPv6,
            let number = hexadecimal(line, stateField, digits: 2),
            let state = TCPState(rawValue: UInt8(truncatingIfNeeded: number)), state != .synReceived,
            let uid = decimal(line, uidField), let inode = decimal(line, inodeField)
        else { return nil }
        var socket = SocketRecord(state: state, local: local, peer: peer, uid: uid, inode: inode)
        // The socket started to connect while the kernel wrote this line, so peer and state are inconsistent.
        if peer.port == 0 && state != .listen { socket.state = .closed }
        return socket
    }

    /// `0100007F:9CA4`: the address in 32-bit words in host byte order, the port as a number.
    private static func endpoint(_ line: RawSpan, _ field: Range<Int>) -> Endpoint? {
        let port = field.upperBound - 4
        guard port > field.lowerBound, line.octet(port - 1) == UInt8(ascii: ":"),
            let number = hexadecimal(line, port..<field.upperBound, digits: 4)
        else { return nil }
        return address(line, field.lowerBound..<port - 1).map { Endpoint($0, UInt16(truncatingIfNeeded: number)) }
    }

    private static func address(_ line: RawSpan, _ field: Range<Int>) -> IPAddress? {
        let start = field.lowerBound
        switch field.count {
        case 8: return word(line, start).map { .v4(IPv4Address(bits: $0)) }
        case 32:
            guard let first = word(line, start), let second = word(line, start + 8),
                let third = word(line, start + 16), let fourth = word(line, start + 24)
            else { return nil }
            return .v6(
                IPv6Address(
                    high: UInt64(first) << 32 | UInt64(second), low: UInt64(third) << 32 | UInt64(fourth)))
        default: return nil
        }
    }

    private static func word(_ line: RawSpan, _ start: Int) -> UInt32? {
        hexadecimal(line, start..<start + 8, digits: 8).map { UInt32(bigEndian: $0) }
    }

    /// Exactly `digits` digits; the kernel writes capital letters.
    private static func hexadecimal(_ line: RawSpan, _ field: Range<Int>, digits: Int) -> UInt32? {
        guard field.count == digits else { return nil }
        var value: UInt32 = 0
        for index in field {
            switch line.octet(index) {
            case let digit where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit):
                value = value << 4 | UInt32(digit - UInt8(ascii: "0"))
            case let digit where (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(digit):
                value = value << 4 | UInt32(digit - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }

    private static func decimal(_ line: RawSpan, _ field: Range<Int>) -> UInt32? {
        var value: UInt32 = 0
        for index in field {
            let digit = line.octet(index)
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (tens, isTooLong) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLarge) = tens.addingReportingOverflow(UInt32(digit - UInt8(ascii: "0")))
            guard !isTooLong, !isTooLarge else { return nil }
            value = sum
        }
        return value
    }

    /// The ranges of a line's fields, one after the other, separated by any number of spaces.
    private struct Fields {
        private var offset = 0

        mutating func next(in line: RawSpan) -> Range<Int>? {
            while offset < line.byteCount, line.octet(offset) == UInt8(ascii: " ") { offset += 1 }
            let start = offset
            while offset < line.byteCount, line.octet(offset) != UInt8(ascii: " ") { offset += 1 }
            return offset > start ? start..<offset : nil
        }
    }
}

extension RawSpan {
    /// One octet; traps if out of bounds.
    fileprivate func octet(_ offset: Int) -> UInt8 { load(offset) }
}
