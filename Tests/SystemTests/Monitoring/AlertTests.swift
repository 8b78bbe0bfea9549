// Each alert of config/prometheus-rules.yaml made to fire and to end by the thing itself, against a real daemon and a real
// Prometheus. Only the times of the rules are shortened.

import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

@Suite("Alerts", .enabled(if: PacketFilter.isAvailable && RunningPrometheus.isInstalled, "needs prometheus and nft"))
struct AlertTests {
    /// A cause of an alert.
    private struct Incident: Sendable {
        let alert: String
        /// What is added to the targets of the configuration.
        var targets = ""
        /// What replaces the configuration.
        var configuration: String?
        /// What happens on the host; the sockets are held until the alert is to end.
        var cause: @Sendable () throws -> [PlainSocket] = { [] }
        /// Whether the daemon stands still meanwhile, and reads nothing.
        var isUnread = false
        /// What ends it, besides.
        var end: @Sendable () throws -> Void = {}
    }

    private static let web = "targets:\n- {name: web, ports: 40500}\n"
    private static let settings = "probe: {interval: 1s, loop: {interval: 0s}}\ndiscover: {limit: 1}\n"
    private static let quiet = settings + web

    /// Ports that the test binds are odd, or reserved (40500): Prometheus itself connects, and is given even ones.
    private static let portIncidents = [
        // Before the longer ones, which would cover it. curl receives its own request, which is not an answer.
        Incident(alert: "ShortSelfConnections") {
            _ = try Program.run("curl", ["--silent", "--local-port", "40303", "http://127.0.0.1:40303/"])
            return []
        },
        Incident(alert: "SelfConnected") { try Holding.selfConnected("127.0.0.1", isBound: true).take(40_500) },
        Incident(alert: "SelfConnectionOnHost") { try Holding.selfConnected("127.0.0.1").take(40_301) },
        Incident(alert: "PortStolen") { try Holding.source("127.0.0.1", isBound: true).take(40_500) },
        Incident(alert: "PortSusceptible", targets: "- {name: app, ports: 40104}"),
        Incident(alert: "PortLatent", targets: "- {name: app, addresses: 127.0.0.1, ports: 40107}") {
            try Holding.listening("127.0.0.1").take(40_107)
        },
        Incident(
            alert: "PortInconclusive", targets: "- {name: app, addresses: 127.0.0.1, ports: 40108}",
            cause: {
                try PacketFilter.onOutput("tcp dport 40108 drop")
                return []
            }, end: { try Command.run("nft", "delete", "table", "inet", "test") }),
        Incident(alert: "GuardRefused", targets: "- {name: app, ports: 40502, guard: true}"),
        Incident(
            alert: "EphemeralPortsChanged",
            cause: {
                try PrivateNetwork.write("40000 41100", to: "net/ipv4/ip_local_port_range")
                return []
            }),
    ]

    private static let daemonIncidents = [
        // More targets than a thousandth of a core can survey in time, or one step of a pass: some are always old. curl has
        // ports from 3000.
        Incident(
            alert: "SelfconnectdStale",
            configuration: """
                probe: {interval: 100ms, timeout: 100ms, cpu: 0.1%, loop: {interval: 0s}}
                metrics: {detail: summary}
                targets: {name: far, addresses: [127.0.0.1, 127.0.0.2, 127.0.0.3], ports: 1-2999}
                """),
        Incident(alert: "SelfconnectdReloadFailed", configuration: "nonsense: 1"),
        Incident(alert: "SelfconnectdEndpointsUnwatched") {
            try Holding.listening("127.0.0.1").take(40_201) + Holding.listening("127.0.0.1").take(40_203)
        },
        Incident(
            alert: "SelfconnectdEventsLost",
            cause: {
                let isLost = try Waiting.holds {
                    for _ in 0..<1000 { _ = try PlainSocket.listener(on: Endpoint(.loopback4, 40_301)) }
                    return try SocketStates.hasLostEvents()
                }
                #expect(isLost)
                return []
            }, isUnread: true),
    ]

    private static var rules: String {
        get throws {
            try Repository.text("config/prometheus-rules.yaml")
                .replacing(/for: "[0-9]+[mh]"/, with: "for: \"1s\"").replacing("[15m]", with: "[10s]")
                .replacing("[20m]", with: "[15s]")
        }
    }

    @Test(
        "Each alert fires alone for its condition and ends with it",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"),
        arguments: [portIncidents, daemonIncidents])
    private func fire(_ incidents: [Incident]) throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.quiet)
            let prometheus = try RunningPrometheus(rules: Self.rules)
            try expect([], prometheus, "although nothing is wrong")
            for incident in incidents {
                if incident.isUnread { daemon.program.send(SIGSTOP) }
                let sockets = try incident.cause()
                daemon.program.send(SIGCONT)
                try daemon.reloaded(incident.configuration ?? Self.quiet + incident.targets)
                try expect([incident.alert], prometheus, incident.alert)
                try daemon.reloaded(Self.quiet)
                try incident.end()
                withExtendedLifetime(sockets) {}
                _ = consume sockets
                try expect([], prometheus, "after \(incident.alert)")
            }
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("An alert fires when the daemon is down and ends when it is back") func down() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.quiet)
            let prometheus = try RunningPrometheus(rules: Self.rules)
            #expect(daemon.stop().end == .exited(0))
            try expect(["SelfconnectdDown"], prometheus, "SelfconnectdDown")
            let next = try RunningDaemon(Self.quiet, hasClients: true)
            try expect([], prometheus, "after SelfconnectdDown")
            withExtendedLifetime(next.program.process) {}
        }
    }

    private func expect(_ alerts: [String], _ prometheus: borrowing RunningPrometheus, _ moment: String) throws {
        var last: [String] = []
        let isSo = try Waiting.holds(every: .milliseconds(200)) {
            last = try prometheus.firing()
            return last == alerts
        }
        #expect(isSo, "\(moment): \(last)")
        // No other alert follows a moment later.
        Thread.sleep(.seconds(3))
        last = try prometheus.firing()
        #expect(last == alerts, "\(moment): \(last)")
    }

    @Test("Each alert is tested and has a section of the runbook at its address", arguments: try alerts())
    func complete(_ alert: String) throws {
        #expect(
            (Self.portIncidents + Self.daemonIncidents).contains { $0.alert == alert } || alert == "SelfconnectdDown")
        let sections = try Repository.text("docs/runbook.md").split(separator: "\n## ")
        let section = try #require(sections.first { $0.hasPrefix("\(alert)\n") })
        for part in ["**Meaning.**", "**Now.**", "**Permanently.**"] { #expect(section.contains(part), "\(part)") }
        let address = "runbook_url: \"file:///usr/share/doc/selfconnectd/docs/runbook.md#\(alert.lowercased())\""
        #expect(try Repository.text("config/prometheus-rules.yaml").contains(address))
    }

    @Test("The runbook has no section without an alert") func noOther() throws {
        let sections = try Repository.text("docs/runbook.md").split(separator: "\n## ").dropFirst()
        #expect(try Set(sections.map { String($0.prefix { $0 != "\n" }) }) == Set(Self.alerts()))
    }

    private static func alerts() throws -> [String] {
        try Repository.text("config/prometheus-rules.yaml").matches(of: /- alert: "([A-Za-z]+)"/).map { String($0.1) }
    }
}
