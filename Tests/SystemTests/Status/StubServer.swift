import CLinux
import Glibc
import Linux
import SelfConnect
import TestSupport

/// A server in the test's namespace that sends the same octets on one connection after the other, regardless of the
/// request, and then closes it; or leaves that to the client.
final class StubServer {
    private let repetition: Repetition

    /// - Parameter endsConnection: whether the connection is closed after the octets.
    init(on endpoint: String, _ octets: String, endsConnection: Bool = true) throws {
        let listener = try PlainSocket.listener(on: try Endpoint(endpoint), reusesAddress: true)
        let octets = Array(octets.utf8)
        repetition = try Repetition {
            guard listener.hasWaitingConnection, let connection = try? listener.accept() else {
                return Thread.sleep(.milliseconds(2))
            }
            // The request first: unread octets would turn the close into a reset.
            _ = Waiting.holds { Self.read(connection) != .nothing }
            Self.write(octets, to: connection)
            if !endsConnection { _ = Waiting.holds { Self.read(connection) == .end } }
        }
    }

    deinit { repetition.stop() }

    private enum Input { case octets, nothing, end }

    private static func read(_ connection: PlainSocket) -> Input {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(connection.number, &buffer, buffer.count, 0)
        if count > 0 { return .octets }
        return count < 0 && errno == EAGAIN ? .nothing : .end
    }

    private static func write(_ octets: [UInt8], to connection: PlainSocket) {
        var rest = octets[...]
        _ = Waiting.holds(every: .milliseconds(1)) {
            let count = rest.withUnsafeBytes { send(connection.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            rest = rest.dropFirst(max(0, count))
            return rest.isEmpty || (count < 0 && errno != EAGAIN)
        }
    }
}
