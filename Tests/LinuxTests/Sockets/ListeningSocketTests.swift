import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct ListeningSocketTests {
    @Test("It listens where it is told", arguments: ["127.0.0.1:9293", "[::1]:9293", "0.0.0.0:9293", "[::]:9293"])
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

    @Test("A port that is taken is an error that names the endpoint") func taken() throws {
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

    @Test("Both families can be listened on side by side, whichever comes first", arguments: [true, false])
    func sideBySide(isIPv6First: Bool) throws {
        let count = try PrivateNetwork.run {
            let order = isIPv6First ? ["[::]:9293", "0.0.0.0:9293"] : ["0.0.0.0:9293", "[::]:9293"]
            return try order.map { try ListeningSocket(Endpoint($0)) }.count
        }
        #expect(count == 2)
    }

    @Test("It can be opened again at once, although its connections linger") func reopens() throws {
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

    @Test("A client that has gone before it was accepted is no trouble") func gone() throws {
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
