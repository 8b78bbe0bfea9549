import CLinux
import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct AcceptedSocketTests {
    @Test("Reading returns nothing, then the received data, then the end") func reads() throws {
        let transfers = try exchange { client, accepted -> [AcceptedSocket.Transfer] in
            var buffer = [UInt8](repeating: 0, count: 16)
            var transfers = [accepted.read(into: &buffer)]
            guard send(client.number, "hello", 5, Int32(MSG_NOSIGNAL)) == 5 else { return [] }
            transfers.append(accepted.read(into: &buffer))
            shutdown(client.number, Int32(SHUT_WR))
            transfers.append(accepted.read(into: &buffer))
            return buffer.starts(with: "hello".utf8) ? transfers : []
        }
        #expect(transfers == [.wouldBlock, .moved(5), .ended])
    }

    @Test("Two pieces are written in order, and either may be empty") func writes() throws {
        let text = try exchange { client, accepted in
            let (first, second, none): ([UInt8], [UInt8], [UInt8]) = (Array("ab".utf8), Array("cd".utf8), [])
            _ = accepted.write(first.span, second.span)
            _ = accepted.write(none.span, second.span)
            _ = accepted.write(first.span, none.span)
            accepted.finishWriting()
            return client.text()
        }
        #expect(text == "abcdcdab")
    }

    @Test("Writing to a client that does not read stops when the buffers are full and never blocks")
    func full() throws {
        let last = try exchange { _, accepted in
            let octets = [UInt8](repeating: 65, count: 1 << 20)
            var last = AcceptedSocket.Transfer.wouldBlock
            for _ in 0..<100 {
                last = accepted.write(octets.span, octets.span)
                if last == .wouldBlock { break }
            }
            return last
        }
        #expect(last == .wouldBlock)
    }

    @Test("Writing to a client that has reset is an error, not a signal") func reset() throws {
        let transfers = try exchange { client, accepted in
            try client.resetOnClose()
            shutdown(client.number, Int32(SHUT_RD))
            var unspecified = sockaddr()
            unspecified.sa_family = sa_family_t(AF_UNSPEC)
            connect(client.number, &unspecified, socklen_t(MemoryLayout<sockaddr>.size))
            let octets = [UInt8](repeating: 65, count: 10)
            return [accepted.write(octets.span, octets.span), accepted.write(octets.span, octets.span)]
        }
        #expect(transfers == [.broken, .broken])
    }

    /// Connects a client to a listener, and passes both ends to `body`.
    private func exchange<Result: Sendable>(
        _ body: @escaping @Sendable (PlainSocket, AcceptedSocket) throws -> Result
    ) throws -> Result {
        try PrivateNetwork.run {
            let server = try ListeningSocket(Endpoint("127.0.0.1:9293"))
            let client = try PlainSocket(for: .loopback4)
            try client.connect(to: server.endpoint)
            guard let accepted = try server.accept() else { throw SystemCallError("accept", code: EAGAIN) }
            return try body(client, accepted)
        }
    }
}

extension PlainSocket {
    /// Everything up to the end.
    fileprivate func text() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64)
        while case let count = recv(number, &buffer, buffer.count, 0), count > 0 { bytes += buffer.prefix(count) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
