import Glibc
import SelfConnect
import Testing

@testable import Linux

@Suite struct RouteCodecTests {
    @Test("A query for an IPv4 address is struct rtmsg and RTA_DST") func request4() throws {
        #expect(
            RouteCodec.request(to: try IPAddress("192.0.2.1"), interface: 0) == [
                0x02,  // rtm_family: AF_INET
                32,  // rtm_dst_len
                0, 0, 0, 0, 0, 0,  // rtm_src_len, _tos, _table, _protocol, _scope, _type
                0, 0, 0, 0,  // rtm_flags
                8, 0, 1, 0,  // rta_len, rta_type: RTA_DST
                192, 0, 2, 1,
                5, 0, 27, 0,  // rta_len, rta_type: RTA_IP_PROTO
                6, 0, 0, 0,  // IPPROTO_TCP, and padding
            ])
    }

    @Test("A query for a link-local address names the interface") func request6() throws {
        #expect(
            RouteCodec.request(to: try IPAddress("fe80::77"), interface: 3) == [
                0x0A,  // rtm_family: AF_INET6
                128,  // rtm_dst_len
                0, 0, 0, 0, 0, 0,  // rtm_src_len, _tos, _table, _protocol, _scope, _type
                0, 0, 0, 0,  // rtm_flags
                20, 0, 1, 0,  // rta_len, rta_type: RTA_DST
                0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x77,
                5, 0, 27, 0,  // rta_len, rta_type: RTA_IP_PROTO
                6, 0, 0, 0,  // IPPROTO_TCP, and padding
                8, 0, 4, 0,  // rta_len, rta_type: RTA_OIF
                3, 0, 0, 0,
            ])
    }

    @Test("Only a route of type local ends at this host", arguments: 0...255 as ClosedRange<UInt8>)
    func types(type: UInt8) throws {
        // RTN_LOCAL is 2: RTN_UNICAST (1) leaves, RTN_BROADCAST (3) and RTN_MULTICAST (5) are no host.
        var route = [UInt8](repeating: 0, count: 12)
        route[7] = type  // rtm_type
        #expect(try RouteCodec.route(route.span.bytes).isLocal == (type == 2))
    }

    @Test(
        "The source is RTA_PREFSRC; a route that is not to a single host has none",
        arguments: [(UInt8(1), true), (2, true), (3, false), (5, false), (7, false)])
    func source(type: UInt8, hasSource: Bool) throws {
        let route4: [UInt8] = [
            2, 32, 0, 0, 255, 0, 0, type, 0, 0, 0, 0,  // struct rtmsg: AF_INET
            8, 0, 1, 0, 127, 0, 0, 9,  // RTA_DST
            8, 0, 7, 0, 127, 0, 0, 1,  // RTA_PREFSRC
        ]
        let source4 = try RouteCodec.route(route4.span.bytes).source
        #expect(try source4 == (hasSource ? IPAddress("127.0.0.1") : nil))
        let address: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]
        let route6: [UInt8] =
            [10, 128, 0, 0, 255, 0, 0, type, 0, 0, 0, 0]  // struct rtmsg: AF_INET6
            + [20, 0, 7, 0] + address  // RTA_PREFSRC
        let source6 = try RouteCodec.route(route6.span.bytes).source
        #expect(try source6 == (hasSource ? IPAddress("2001:db8::7") : nil))
    }

    @Test("A source address of the wrong length is a fault", arguments: [UInt8(2), 10])
    func sourceLength(family: UInt8) {
        let route: [UInt8] = [family, 32, 0, 0, 255, 0, 0, 2, 0, 0, 0, 0, 12, 0, 7, 0, 1, 2, 3, 4, 5, 6, 7, 8]
        #expect(throws: SystemCallError("netlink reply", "an address of 8 octets", code: EBADMSG)) {
            try RouteCodec.route(route.span.bytes)
        }
    }

    @Test("A route that is cut short is a fault", arguments: 0..<12) func truncation(length: Int) {
        let route = [UInt8](repeating: 2, count: length)
        #expect(throws: SystemCallError("netlink reply", "a route of \(length) octets", code: EBADMSG)) {
            try RouteCodec.route(route.span.bytes)
        }
    }
}
