import Configuration
import Linux
import Logging
import SelfConnect
import Synchronization
import TestSupport
import Testing

@testable import Daemon

/// From configuration to listeners.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct ListenerBinderTests {
    /// A listener until it is released.
    private final class Former: Sendable {
        private let listener: Mutex<ListeningSocket?>

        init(_ endpoint: Endpoint) throws { listener = Mutex(try ListeningSocket(endpoint)) }

        func close() { listener.withLock { $0 = nil } }
    }

    private static func listening(on endpoint: String, present: [BoundListener] = []) throws -> ListenerBinder {
        let file = try TemporaryFile("listen: [\"\(endpoint)\"]")
        return ListenerBinder(
            configuration: try SettingsSource(named: file.path, defaultPath: "").load().configuration, file: file.path,
            allowsEphemeralListen: false, present: present, passed: [],
            logger: Logger(label: "") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("A reload waits for an address that the previous listener releases; a start does not")
    func givenUp() throws {
        try PrivateNetwork.run {
            let endpoint = Endpoint(.loopback4, 9293)
            let former = try Former(endpoint)
            #expect(throws: LaunchError.self) { try Self.listening(on: "\(endpoint)").open() }
            let other = try ListeningSocket(Endpoint(.loopback4, 9294))
            let present = [BoundListener(address: .tcp(other.place.endpoint ?? endpoint), listeners: [other])]
            var listening = try Self.listening(on: "\(endpoint)", present: present)
            #expect(throws: LaunchError.self, "it is not waited for without end") { try listening.open() }
            listening.timeout = Waiting.limit
            try Thread.start(name: "test-loop") {
                Thread.sleep(.milliseconds(200))
                former.close()
            }
            #expect(try listening.open().count == 1)
        }
    }
}
