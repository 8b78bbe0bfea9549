import Glibc
import SelfConnect
import Testing

@testable import Linux

@Suite struct SocketAddressTests {
    @Test(
        "An endpoint survives a round trip through struct sockaddr",
        arguments: [
            "127.0.0.1:1", "255.255.255.255:65535", "192.0.2.1:40002", "[::1]:40002", "[::ffff:127.0.0.1]:40002",
            "[2001:db8::1:2]:443", "[fe80::77%lo]:40002",
        ])
    func roundTrip(text: String) throws {
        let endpoint = try Endpoint(text)
        #expect(try SocketAddress(endpoint).endpoint == endpoint)
    }

    @Test("An IPv4 endpoint is struct sockaddr_in") func octets4() throws {
        let octets = try SocketAddress(Endpoint("127.0.0.1:40100")).octets
        #expect(
            octets == [
                2, 0,  // sin_family: AF_INET, host order
                0x9C, 0xA4,  // sin_port: 40100, big-endian
                127, 0, 0, 1,  // sin_addr
                0, 0, 0, 0, 0, 0, 0, 0,  // sin_zero
            ])
    }

    @Test("An IPv6 endpoint is struct sockaddr_in6") func octets6() throws {
        let octets = try SocketAddress(Endpoint("[fe80::77%7]:40100")).octets
        #expect(
            octets == [
                10, 0,  // sin6_family: AF_INET6, host order
                0x9C, 0xA4,  // sin6_port: 40100, big-endian
                0, 0, 0, 0,  // sin6_flowinfo
                0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x77,  // sin6_addr
                7, 0, 0, 0,  // sin6_scope_id
            ])
    }

    @Test("A zone may be a name or a number, and is returned as the name if it has one") func zones() throws {
        #expect(try SocketAddress(Endpoint("[fe80::1%1]:1")).endpoint == Endpoint("[fe80::1%lo]:1"))
        let unknown = try Endpoint("[fe80::1%4000000000]:1")
        #expect(try SocketAddress(unknown).endpoint == unknown)
    }

    @Test("A zone that does not exist is an error that names it") func noSuchZone() throws {
        let endpoint = try Endpoint("[fe80::1%nowhere0]:1")
        #expect(throws: SystemCallError("if_nametoindex", "nowhere0", code: ENODEV)) { try SocketAddress(endpoint) }
    }

    @Test("Port 0 is allowed, for bind()") func portZero() throws {
        #expect(try SocketAddress(.loopback6, port: 0).endpoint == Endpoint(.loopback6, 0))
    }

    @Test("An address of another family is not an endpoint") func otherFamily() {
        #expect(SocketAddress().endpoint == nil)
    }
}

extension SocketAddress {
    fileprivate var octets: [UInt8] {
        withPointer { address, length in
            Array(UnsafeRawBufferPointer(start: address, count: Int(length)))
        }
    }
}
