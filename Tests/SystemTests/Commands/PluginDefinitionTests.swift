// The files for monitoring systems that run `selfconnectd check`.

import ArgumentParser
import FoundationEssentials
import Linux
import SelfConnect
import TestSupport
import Testing

@testable import selfconnectd

/// config/nagios.cfg, config/icinga2.conf and config/node-problem-detector.json.
@Suite struct PluginDefinitionTests {
    private struct Monitor: Decodable {
        struct Settings: Decodable {
            let timeout: String
            let max_output_length: Int
        }

        struct Condition: Decodable { let type: String }

        struct Rule: Decodable {
            let type: String
            let condition: String
            let path: String
            let args: [String]
            let timeout: String
        }

        let plugin: String
        let pluginConfig: Settings
        let conditions: [Condition]
        let rules: [Rule]
    }

    private static func monitor() throws -> Monitor {
        let data = Data(try Repository.text("config/node-problem-detector.json").utf8)
        return try JSONDecoder().decode(Monitor.self, from: data)
    }

    @Test("The monitor for node-problem-detector waits for the command and has a condition for its results")
    func monitor() throws {
        let monitor = try Self.monitor()
        let rule = try #require(monitor.rules.first)
        #expect(monitor.plugin == "custom" && monitor.rules.count == 1 && rule.type == "permanent")
        #expect(monitor.conditions.map(\.type) == ["SelfConnectExposure"] && rule.condition == "SelfConnectExposure")
        #expect(monitor.pluginConfig.max_output_length >= 80)
        let check = try #require(try SelfConnectd.parseAsRoot(rule.args) as? Check)
        #expect(check.npd)
        for timeout in [rule.timeout, monitor.pluginConfig.timeout] {
            #expect(try Duration(text: check.timeout) < Duration(text: timeout))
        }
    }

    @Test(
        "The command of the monitor reports an exposure of a running daemon", .enabled(if: PrivateNetwork.isAvailable))
    func started() throws {
        let arguments = try #require(try Self.monitor().rules.first).args
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("targets: [{name: web, addresses: [127.0.0.1], ports: 40002}]")
            let outcome = try Program.run(Binary.path, arguments)
            #expect(outcome.end == .exited(1) && outcome.output == "1 of 2 ports exposed: 127.0.0.1:40002 web\n")
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test(
        "The definitions for Nagios and Icinga use existing options",
        arguments: ["config/nagios.cfg", "config/icinga2.conf"])
    func options(_ file: String) throws {
        let text = try Repository.text(file)
        let help = SelfConnectd.helpMessage(for: Check.self)
        let used = text.split { !($0.isLetter || $0 == "-") }.filter { $0.hasPrefix("--") }
        #expect(!used.isEmpty && used.allSatisfy { help.contains("\($0) ") }, "\(used)")
        #expect(text.contains("/usr/bin/selfconnectd"), "the path that is replaced when it is installed")
    }

    @Test("The documentation shows the printed text", .enabled(if: PrivateNetwork.isAvailable))
    func documented() throws {
        let document = try Repository.text("docs/monitoring.md")
        try PrivateNetwork.run(range: PortRange(32_768, 60_999), reserved: "") {
            let holder = try Neighbours.listener(on: "127.0.0.1:50020")
            let daemon = try RunningDaemon(
                """
                targets:
                  - {name: hdfs-datanode, addresses: [127.0.0.1], ports: 50010}
                  - {name: hdfs-ipc, addresses: [127.0.0.1], ports: 50020}
                """)
            for arguments in [[], ["--npd"]] {
                let outcome = try Program.run(Binary.path, ["check"] + arguments)
                #expect(document.contains("\n\(outcome.output)"), "\(outcome.output)")
            }
            withExtendedLifetime(holder) {}
            withExtendedLifetime(daemon.program.process) {}
        }
    }
}
