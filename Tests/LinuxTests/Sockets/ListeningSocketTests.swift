import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct ListeningSocketTests {
    @Test(
        "The socket listens on the given endpoint",
        arguments: ["127.0.0.1:9293", "[::1]:9293", "0.0.0.0:9293", "[::]:9293"])
    func listens(text: String) throws {
        let endpoint = try Endpoint(text)
        let accepted = try PrivateNetwork.run {
            let server = try ListeningSocket(endpoint)
            guard try server.accept() == nil, server.endpoint == endpoint else { return false }
            let client = try PlainSocket(for: endpoint.address.destination)
            try client.connect(to: Endpoint(endpoint.address.destination, endpoint.port))
            return try server.accept() != nil
        }
        #expect(accepted)
    }

    @Test("A port in use is an error that names the endpoint") func taken() throws {
        let endpoint = try Endpoint("127.0.0.1:9293")
        #expect(throws: SystemCallError("bind", "127.0.0.1:9293", code: EADDRINUSE)) {
            try PrivateNetwork.run {
                let first = try ListeningSocket(endpoint)
                defer { withExtendedLifetime(first) {} }
                _ = try ListeningSocket(endpoint)
            }
        }
    }

    @Test("An address of another host is an error that names the endpoint") func foreign() throws {
        #expect(throws: SystemCallError("bind", "192.0.2.1:9293", code: EADDRNOTAVAIL)) {
            try PrivateNetwork.run { _ = try ListeningSocket(Endpoint("192.0.2.1:9293")) }
        }
    }

    @Test("Both families can be listened on at the same port in either order", arguments: [true, false])
    func sideBySide(isIPv6First: Bool) throws {
        let count = try PrivateNetwork.run {
            let order = isIPv6First ? ["[::]:9293", "0.0.0.0:9293"] : ["0.0.0.0:9293", "[::]:9293"]
            return try order.map { try ListeningSocket(Endpoint($0)) }.count
        }
        #expect(count == 2)
    }

    @Test("A listener can be opened again at once while its connections linger") func reopens() throws {
        let reopened = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:9293")
            do {
                let server = try ListeningSocket(endpoint)
                let client = try PlainSocket(for: .loopback4)
                try client.connect(to: endpoint)
                _ = try server.accept()
            }
            return (try? ListeningSocket(endpoint)) != nil
        }
        #expect(reopened)
    }

    @Test("A client that disconnects before the accept is skipped") func gone() throws {
        let ends = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:9293")
            let server = try ListeningSocket(endpoint)
            do {
                let client = try PlainSocket(for: .loopback4)
                try client.resetOnClose()
                try client.connect(to: endpoint)
            }
            var buffer = [UInt8](repeating: 0, count: 16)
            let first = try server.accept()?.read(into: &buffer)
            return (first, try server.accept() == nil)
        }
        #expect(ends.0 == nil || ends.0 == .broken)
        #expect(ends.1)
    }
}
