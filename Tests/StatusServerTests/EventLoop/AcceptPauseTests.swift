import Configuration
import Glibc
import HTTP
import Linux
import Logging
import SelfConnect
import Synchronization
import TestSupport
import Testing

@testable import StatusServer

/// The HTTP loop without free descriptors or memory.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct AcceptPauseTests {
    /// A listener whose accept() fails several times.
    private final class PoorListener: Listener {
        private let socket: ListeningSocket
        private let code: Int32
        private let faults: Atomic<Int>

        init(_ endpoint: Endpoint, faults: Int, code: Int32) throws {
            socket = try ListeningSocket(endpoint)
            self.faults = Atomic(faults)
            self.code = code
        }

        var place: ListeningPlace { socket.place }
        var number: Int32 { socket.number }
        func removeSocketFiles() {}

        func accept() throws(SystemCallError) -> AcceptedSocket? {
            guard faults.subtract(1, ordering: .relaxed).oldValue <= 0 else {
                throw SystemCallError("accept", "\(place)", code: code)
            }
            return try socket.accept()
        }
    }

    /// A loop on its own thread, until it is stopped.
    private final class Loop: Sendable {
        private let wake: WakeSignal
        private let isStopping = Atomic(false)
        private let pauses = Mutex<Int?>(nil)

        init(_ listener: any Listener) throws {
            wake = try WakeSignal()
            try Thread.start(name: "http") {
                let pauses = try? self.serve(listener)
                self.pauses.withLock { $0 = pauses ?? -1 }
            }
        }

        private func serve(_ listener: any Listener) throws -> Int {
            let configuration = ServerConfiguration(.default, [listener], connections: 8, token: nil)
            let routes = StatusRoutes(StubProvider(), configuration.access)
            let loop = try HTTPEventLoop(
                configuration, routes: routes, logger: Logger(label: "") { _ in SwiftLogNoOpLogHandler() })
            try loop.run(wokenBy: wake) { isStopping.load(ordering: .acquiring) ? .stop : nil }
            return routes.connections.pauses
        }

        /// How often it paused.
        func stop() -> Int? {
            isStopping.store(true, ordering: .releasing)
            wake.set()
            _ = Waiting.holds { pauses.withLock { $0 != nil } }
            return pauses.withLock { $0 }
        }
    }

    @Test(
        "When descriptors or memory run out, accepting pauses, and waiting clients are answered afterwards",
        arguments: [ENFILE, ENOMEM])
    func pause(_ code: Int32) throws {
        try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:9293")
            let loop = try Loop(PoorListener(endpoint, faults: 2, code: code))
            let client = try PlainSocket(for: endpoint.address)
            try client.connect(to: endpoint)
            let request = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"
            #expect(send(client.number, request, request.utf8.count, Int32(MSG_NOSIGNAL)) == request.utf8.count)
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(client.number, &buffer, buffer.count, 0)
            #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(loop.stop() == 2)
        }
    }
}
