// Clients and servers have the same result directly after a survey as without it. So each situation is created twice,
// in two namespaces, and surveyed in one of them.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(
    .enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct NoTraceTests {
    private static let port: UInt16 = 40014
    private static let addresses = ["127.0.0.1", "127.0.0.2", "::1"]

    static let holdings: [Holding] =
        [
            .free, .listening("127.0.0.1"), .listening("0.0.0.0"), .listening("::1"), .bound("127.0.0.1"), .bound("::"),
            .source("127.0.0.1"), .source("::1"), .source("127.0.0.1", isBound: true),
            .source("127.0.0.1", reusesAddress: true), .source("::1", reusesAddress: true), .accepted("127.0.0.1"),
            .accepted("127.0.0.1", reusesAddress: false), .selfConnected("127.0.0.1"), .selfConnected("::1"),
            .timeWait("127.0.0.1"), .timeWait("::1"), .closedSource("127.0.0.1"), .closedAccepted("127.0.0.1"),
            .orphan("127.0.0.1"),
        ]

    @Test("A probe leaves no trace for clients of each kind and servers", arguments: holdings)
    func noTrace(holding: Holding) throws {
        let surveyed = try Self.results(holding, surveys: true)
        let untouched = try Self.results(holding, surveys: false)
        for (with, without) in zip(surveyed, untouched) { #expect(with == without) }
    }

    /// The results of all clients and servers as text, in this order.
    private static func results(_ holding: Holding, surveys: Bool) throws -> [String] {
        try PrivateNetwork.run {
            let sockets = try holding.take(port)
            defer { withExtendedLifetime(sockets) {} }
            // From then on clients may reuse the port of a closed self-connection (tcp_tw_reuse_delay).
            if case .timeWait = holding { Thread.sleep(.milliseconds(1100)) }
            if surveys {
                var survey = try Survey(timeout: .milliseconds(250))
                for _ in 0..<3 {
                    let state = try survey.readState()
                    for address in addresses {
                        let target = Target(
                            name: "test", endpoint: Endpoint(try IPAddress(address), port),
                            clients: Set(ClientKind.allCases))
                        _ = try survey.survey(target, in: state)
                    }
                }
            }
            var results: [String] = []
            // Servers first: a failure changes nothing, and a successful one is closed at once.
            for address in addresses + ["0.0.0.0", "::"] {
                for reuses in [false, true] {
                    results.append("a server on \(address), \(reuses): " + (try serve(address, reuses)))
                }
            }
            return results
        } + clients(holding, surveys: surveys)
    }

    /// The same for clients, in a separate namespace, so that no server has left a trace.
    private static func clients(_ holding: Holding, surveys: Bool) throws -> [String] {
        try PrivateNetwork.run {
            let sockets = try holding.take(port)
            defer { withExtendedLifetime(sockets) {} }
            if case .timeWait = holding { Thread.sleep(.milliseconds(1100)) }
            if surveys {
                var survey = try Survey(timeout: .milliseconds(250))
                let state = try survey.readState()
                for address in addresses {
                    let endpoint = Endpoint(try IPAddress(address), port)
                    let target = Target(name: "test", endpoint: endpoint, clients: Set(ClientKind.allCases))
                    _ = try survey.survey(target, in: state)
                }
            }
            var results: [String] = []
            for kind in [ClientKind.connect, .bindLate, .range, .bind] {
                for address in addresses {
                    results.append("\(kind.rawValue) to \(address): " + (try connect(address, kind)))
                }
            }
            return results
        }
    }

    private static func serve(_ address: String, _ reusesAddress: Bool) throws -> String {
        let server = try PlainSocket(for: IPAddress(address), reusesAddress: reusesAddress)
        do {
            try server.bind(to: Endpoint(IPAddress(address), port))
            return "binds"
        } catch let error as SystemCallError {
            return error.name
        }
    }

    /// One client for which the kernel has no other port to choose.
    private static func connect(_ address: String, _ kind: ClientKind) throws -> String {
        let endpoint = Endpoint(try IPAddress(address), port)
        let client = try PlainSocket(for: endpoint.address)
        try client.resetOnClose()
        try client.choosePort(from: PortRange(port, port))
        if kind == .bindLate { try client.choosePortLate() }
        do {
            if kind.bindsAddress { try client.bind(to: Endpoint(endpoint.address, 0)) }
            try client.connect(to: endpoint)
        } catch let error as SystemCallError {
            return "\(error.operation) \(error.name)"
        }
        return try client.isSelfConnected() ? "connects to itself" : "connects"
    }
}
