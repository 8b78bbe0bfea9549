import CLinux
import Glibc
import Testing

@testable import Linux

@Suite struct NetlinkMessageTests {
    @Test("A header has the fields of struct nlmsghdr") func header() throws {
        var headers: [NetlinkHeader] = []
        let message = Recorded.done
        try NetlinkMessage.forEach(in: message.span.bytes) { header, _ in headers.append(header) }
        #expect(headers == [NetlinkHeader(length: 20, type: 3, flags: 2, sequence: 7, port: 6702)])
    }

    @Test("Messages follow each other at multiples of four octets") func alignment() throws {
        var padded = Recorded.done
        padded[0] = 18  // nlmsg_len without the padding
        #expect(try types(of: padded + Recorded.listener4) == [3, 20])
    }

    @Test("An empty datagram has no messages") func empty() throws {
        #expect(try types(of: []).isEmpty)
    }

    @Test("A message that is cut short at any octet is a fault, not a crash", arguments: 1..<20)
    func truncation(length: Int) {
        #expect(throws: SystemCallError.self) { try types(of: Array(Recorded.done.prefix(length))) }
    }

    @Test("A wrong length is a fault", arguments: [0, 1, 15, 21, 0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt32])
    func wrongLength(length: UInt32) {
        var message = Recorded.done
        message.replaceSubrange(0..<4, with: length.octets)
        #expect(
            throws: SystemCallError("netlink reply", "a message of \(length) octets in 20", code: EBADMSG)
        ) { try types(of: message) }
    }

    @Test("An attribute's flags are not part of its type") func attributeFlags() throws {
        // nla_len 8, nla_type 21 with NLA_F_NESTED and NLA_F_NET_BYTEORDER, a value of four octets
        #expect(try attributes([0x08, 0x00, 0x15, 0xC0, 1, 2, 3, 4]) == [Attribute(type: 21, value: [1, 2, 3, 4])])
    }

    @Test("An attribute may be empty, and the last one needs no padding") func attributeSizes() throws {
        let both = try attributes([0x04, 0x00, 0x01, 0x00, 0x05, 0x00, 0x02, 0x00, 9])
        #expect(both == [Attribute(type: 1, value: []), Attribute(type: 2, value: [9])])
    }

    @Test(
        "An attribute with a wrong length is a fault",
        arguments: [
            [0x03, 0x00, 0x01, 0x00],  // shorter than its own header
            [0x00, 0x00, 0x01, 0x00],  // zero length: would loop forever
            [0x05, 0x00, 0x01, 0x00],  // longer than the message
            [0xFF, 0xFF, 0x01, 0x00, 0, 0, 0, 0],
            [0x04, 0x00, 0x01],  // truncated header
        ] as [[UInt8]])
    func attributeLies(bytes: [UInt8]) {
        #expect(throws: SystemCallError.self) { try attributes(bytes) }
    }

    @Test("A request has NLM_F_REQUEST, its own length and the kernel's port") func request() {
        let message = NetlinkMessage.request(type: 20, flags: NLM_F_DUMP, sequence: 9, payload: [0xAA, 0xBB])
        #expect(
            message == [
                18, 0, 0, 0,  // nlmsg_len
                20, 0,  // nlmsg_type
                0x01, 0x03,  // nlmsg_flags: NLM_F_DUMP | NLM_F_REQUEST
                9, 0, 0, 0,  // nlmsg_seq
                0, 0, 0, 0,  // nlmsg_pid: the kernel
                0xAA, 0xBB,
            ])
    }

    @Test("An error number is negative, zero is an acknowledgement") func errorNumbers() throws {
        #expect(try errorNumber(Int32(-2).octets) == ENOENT)
        #expect(try errorNumber(Int32(0).octets) == 0)
    }

    @Test("An error number that no kernel gives is a fault", arguments: [1, -4096, .min, .max] as [Int32])
    func errorNumberLies(number: Int32) {
        #expect(throws: SystemCallError.self) { try errorNumber(number.octets) }
    }

    @Test("An error that is cut short is a fault", arguments: 0..<4) func errorTruncation(length: Int) {
        #expect(throws: SystemCallError.self) { try errorNumber([UInt8](repeating: 0xFF, count: length)) }
    }

    private struct Attribute: Equatable {
        let type: UInt16
        let value: [UInt8]
    }

    private func types(of datagram: [UInt8]) throws -> [UInt16] {
        var types: [UInt16] = []
        try NetlinkMessage.forEach(in: datagram.span.bytes) { header, _ in types.append(header.type) }
        return types
    }

    private func attributes(_ bytes: [UInt8]) throws -> [Attribute] {
        var attributes: [Attribute] = []
        try NetlinkMessage.forEachAttribute(in: bytes.span.bytes, from: 0) { type, value in
            attributes.append(Attribute(type: type, value: value.octets))
        }
        return attributes
    }

    private func errorNumber(_ payload: [UInt8]) throws -> Int32 {
        try NetlinkMessage.errorNumber(in: payload.span.bytes)
    }
}
