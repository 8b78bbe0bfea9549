import Configuration
import Linux
import SelfConnect
import TestSupport
import Testing

@testable import Monitor

/// What real listeners leave behind, by the default rules.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct QuietDiscoveryTests {
    private static var settings: Configuration {
        var settings = Configuration.default
        settings.probe.loop.interval = .zero
        settings.map.interval = .zero
        return settings
    }

    @Test("1,000 listeners on random ports in half an hour leave no target and no alarm") func randomPorts() throws {
        try PrivateNetwork.run(range: PortRange(32_768, 60_999), reserved: "") {
            var passes = try Passes(Self.settings, [])
            for _ in 0..<60 {
                let listeners = try (0..<20).map { _ in try ListeningSocket(Endpoint(.loopback4, 0)) }
                let snapshot = try passes.next()
                #expect(snapshot.targets.allSatisfy { $0.finding.assessment.severity <= .warning })
                #expect(snapshot.targets.count >= listeners.count)
                for listener in listeners { withExtendedLifetime(listener) {} }
            }
            #expect(try passes.next().targets.isEmpty)
        }
    }

    @Test("A server that has run for ten minutes is watched while it restarts") func restart() throws {
        try PrivateNetwork.run {
            var passes = try Passes(Self.settings, [])
            var listener: ListeningSocket? = try ListeningSocket(Endpoint("127.0.0.1:40004"))
            for _ in 0..<21 { _ = try passes.next() }
            #expect(listener != nil)
            listener = nil
            for _ in 0..<10 {
                let target = try passes.next().targets.first
                #expect(target?.finding.assessment.verdict == .susceptible)
                #expect(target?.finding.assessment.severity == .warning)
            }
        }
    }
}
