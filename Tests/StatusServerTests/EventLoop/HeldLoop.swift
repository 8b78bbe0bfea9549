import Configuration
import Glibc
import Linux
import Logging
import SelfConnect
import Synchronization
import TestSupport

@testable import StatusServer

/// The HTTP loop on its own thread, which a test can hold: the loop then sees everything that clients did meanwhile at
/// once.
final class HeldLoop: Sendable {
    private enum State {
        case runs
        case isWanted
        case isHeld
        case continues(HTTPEventLoop.Command?, @Sendable (HTTPEventLoop) -> Void)
        case ended(ConnectionCounts)
    }

    private let state = Mutex(State.runs)
    private let wake: WakeSignal

    /// A loop that listens on an unused endpoint; `change` modifies its configuration first.
    init(
        on endpoint: Endpoint, _ source: any StatusProvider,
        change: @escaping @Sendable (inout ServerConfiguration) -> Void = { _ in }
    ) throws {
        wake = try WakeSignal()
        try Thread.start(name: "test-http") { [self] in
            let routes = StatusRoutes(
                source, AccessPolicy(token: nil, checksHosts: false), notify: { self.wake.set() })
            do {
                let loop = try HTTPEventLoop(
                    Self.configuration(on: endpoint, change), routes: routes,
                    logger: Logger(label: "") { _ in SwiftLogNoOpLogHandler() })
                try loop.run(wokenBy: wake) { command(for: loop) }
            } catch {
                preconditionFailure("\(error)")
            }
            state.withLock { $0 = .ended(routes.connections) }
        }
        // When it can be held, it listens.
        try hold { nil }
    }

    /// The default configuration, with no listener or one.
    static func configuration(
        on endpoint: Endpoint? = nil, _ change: (inout ServerConfiguration) -> Void = { _ in }
    ) throws(SystemCallError) -> ServerConfiguration {
        var listeners: [any Listener] = []
        if let endpoint { listeners.append(try ListeningSocket(endpoint)) }
        var configuration = ServerConfiguration(
            .default, listeners, connections: Configuration.default.http.connections, token: nil)
        change(&configuration)
        return configuration
    }

    /// Runs `body` while the loop stands still, and gives it the command that it returns, after a change on its thread.
    func hold(
        change: @escaping @Sendable (HTTPEventLoop) -> Void = { _ in }, _ body: () throws -> HTTPEventLoop.Command?
    ) throws {
        state.withLock { $0 = .isWanted }
        wake.set()
        guard Waiting.holds(every: .milliseconds(1), { isHeld }) else {
            throw SystemCallError("hold", "the loop", code: ETIMEDOUT)
        }
        let command = try body()
        state.withLock { $0 = .continues(command, change) }
    }

    /// The connection counts after the loop has ended.
    func counts() -> ConnectionCounts? {
        var counts: ConnectionCounts?
        _ = Waiting.holds {
            state.withLock { if case .ended(let found) = $0 { counts = found } }
            return counts != nil
        }
        return counts
    }

    private var isHeld: Bool {
        state.withLock { if case .isHeld = $0 { true } else { false } }
    }

    private func command(for loop: HTTPEventLoop) -> HTTPEventLoop.Command? {
        let isWanted = state.withLock { state in
            guard case .isWanted = state else { return false }
            state = .isHeld
            return true
        }
        guard isWanted else { return nil }
        _ = Waiting.holds(every: .milliseconds(1)) { !isHeld }
        return state.withLock { state in
            guard case .continues(let command, let change) = state else { return nil }
            state = .runs
            change(loop)
            return command
        }
    }
}

/// A client controlled by a test.
final class Asker {
    private let socket: PlainSocket

    init(_ endpoint: Endpoint) throws {
        socket = try PlainSocket(for: endpoint.address)
        try socket.connect(to: endpoint)
    }

    /// Sends this many requests for a path in one piece.
    func ask(_ path: String, times: Int = 1) {
        let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        let text = String(repeating: request, count: times)
        _ = send(socket.number, text, text.utf8.count, Int32(MSG_NOSIGNAL))
    }

    /// The next octets, as far as received; empty at the end, nil for a reset or a timeout.
    func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket.number, &buffer, buffer.count, 0)
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    /// The number of received octets that were not read (tcp(7)).
    var waiting: Int32 {
        var count: Int32 = 0
        _ = ioctl(socket.number, UInt(FIONREAD), &count)
        return count
    }

    /// Makes the connection end with a reset.
    func resetOnClose() throws { try socket.resetOnClose() }
}
