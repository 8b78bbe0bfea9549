import HTTP
import Linux
import SelfConnect
import Settings
import TestSupport
import Testing

@testable import Daemon

/// Who is served when, over real sockets.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct StatusLoopTests {
    private static let place = "127.0.0.1:9293"
    private static let healthy = "selfconnect_http_requests_total{code=\"200\",path=\"/-/healthy\"}"

    private static func terms(_ listeners: [any Listener]) -> ServerTerms {
        ServerTerms(Configuration.default.http, listeners, token: nil)
    }

    private static func listening() throws -> (endpoint: Endpoint, terms: ServerTerms) {
        let endpoint = try Endpoint(place)
        return (endpoint, terms([try ListeningSocket(endpoint)]))
    }

    /// How many answers had been given for `/-/healthy` when these metrics were.
    private static func healthyAnswers(in metrics: String?) -> String? {
        metrics?.split(separator: "\n").first { $0.hasPrefix(healthy) }?.split(separator: " ").last.map(String.init)
    }

    @Test("Four answers to one client are a turn, then others come") func turn() throws {
        try PrivateNetwork.run {
            let (endpoint, terms) = try Self.listening()
            let loop = try HeldLoop(terms, try OnePass.source())
            let hasty = try Asker(endpoint), other = try Asker(endpoint)
            for client in [hasty, other] {
                client.ask("/-/ready")
                #expect(client.receive() != nil)
            }
            try loop.hold {
                hasty.ask("/-/healthy", times: 20)
                other.ask("/metrics")
                return nil
            }
            #expect(Self.healthyAnswers(in: other.receive()) == "4")
            try loop.hold { .stop }
            #expect(loop.counts() != nil)
        }
    }

    @Test("A client whose turn was costly comes after others the next time") func costly() throws {
        try PrivateNetwork.run {
            let (endpoint, terms) = try Self.listening()
            let loop = try HeldLoop(terms, try OnePass.source()) { $0.turnTime = .nanoseconds(1) }
            let costly = try Asker(endpoint), other = try Asker(endpoint)
            costly.ask("/-/healthy", times: 3)
            var answers = ""
            let areThree = Waiting.holds(within: .seconds(5)) {
                answers += costly.receive() ?? ""
                return answers.split(separator: "HTTP/1.1 200 OK").count == 3
            }
            #expect(areThree, "a turn without time makes one answer, and another follows: \(answers)")
            try loop.hold {
                costly.ask("/-/healthy")
                other.ask("/metrics")
                return nil
            }
            #expect(Self.healthyAnswers(in: other.receive()) == "3")
            try loop.hold { .stop }
            #expect(loop.counts() != nil)
        }
    }

    @Test("Each client that is served is a sign of life") func beats() throws {
        try PrivateNetwork.run {
            let (endpoint, terms) = try Self.listening()
            let source = try OnePass.source()
            let loop = try HeldLoop(terms, source)
            let clients = try (0..<100).map { _ in try Asker(endpoint) }
            for client in clients {
                client.ask("/-/ready")
                #expect(client.receive() != nil)
            }
            var before = 0
            try loop.hold {
                before = source.progress.beats[Progress.Loop.http.rawValue]
                return .stop
            }
            #expect(loop.counts() != nil)
            #expect(source.progress.beats[Progress.Loop.http.rawValue] >= before + 100)
        }
    }
}
