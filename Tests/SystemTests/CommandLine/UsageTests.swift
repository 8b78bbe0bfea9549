import Glibc
import TestSupport
import Testing

/// The command line itself.
@Suite struct UsageTests {
    @Test(
        "A usage error ends with status 64 and the reason",
        arguments: [
            (["frobnicate"], "Unexpected argument 'frobnicate'"),
            (["help", "nosuch"], "There is no command 'nosuch'."),
            (["advise", "--write", ""], "--write: name a file, such as /etc/sysctl.d/90-selfconnectd.conf"),
            (["--frobnicate"], "Unknown option '--frobnicate'"),
            (["check-config", "/dev/null", "/dev/null"], "Unexpected argument '/dev/null'"),
            (["run", "--config"], "Missing value for '--config <config>'"),
            (
                ["run", "--log-level", "loud"],
                "'loud' is invalid for '--log-level <log-level>': write one of trace, debug, "
            ),
            (
                ["run", "--log-format", "xml"],
                "'xml' is invalid for '--log-format <log-format>': write one of text, json"
            ),
            (
                ["run", "--config", "/dev/null", "--listen", "localhost:1"],
                "“localhost” is not an IP address: write one such as 127.0.0.1 or ::1"
            ),
            (["probe"], "Missing expected argument '<endpoints> ...'"),
            (["probe", "127.0.0.300:1"], "“127.0.0.300” is not an IP address: write one such as 127.0.0.1 or ::1"),
            (["probe", "no where:1"], "“no where” is not an IP address: write one such as 127.0.0.1 or ::1"),
            (["probe", "127.0.0.1"], "“127.0.0.1” has no port"),
            (
                ["probe", "127.0.0.1:1", "--client", "server"],
                "'server' is invalid for '--client <client>': write one of connect, bind, bind-late, range"
            ),
            (
                ["probe", "127.0.0.1:1", "--method", "guess"],
                "'guess' is invalid for '--method <method>': write one of directed, loop, auto"
            ),
            (["probe", "127.0.0.1:1", "--timeout", "1h"], "“1h” is out of bounds"),
            (["probe", "127.0.0.1:1", "--attempts", "0"], "--attempts: at least 1"),
        ])
    func usage(_ arguments: [String], _ message: String) throws {
        let outcome = try Program.run(Binary.path, arguments)
        #expect(outcome.end == .exited(64))
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(outcome.output == "")
    }

    @Test(
        "A misspelt word suggests the right one",
        arguments: [
            (["prob", "50010"], "Unexpected argument 'prob'. Did you mean 'probe'?"),
            (["scna"], "Unexpected argument 'scna'. Did you mean 'scan'?"),
            (["help", "cheock"], "Unexpected argument 'cheock'. Did you mean 'check'?"),
            (["probe", "50010", "--methd", "loop"], "Unknown option '--methd'. Did you mean '--method'?"),
            (["--confg", "f.yaml"], "Unknown option '--confg'. Did you mean '--config'?"),
            (["probe", "50010", "--method", "dircted"], "'--method <method>': did you mean “directed”?"),
            (["probe", "50010", "--client", "conect"], "'--client <client>': did you mean “connect”?"),
            (["scan", "--color", "nevr"], "'--color <color>': did you mean “never”?"),
            (["advise", "--format", "kubernets"], "'--format <format>': did you mean “kubernetes”?"),
            (["run", "--log-level", "warn"], "'--log-level <log-level>': did you mean “warning”?"),
            (["run", "--log-format", "jsno"], "'--log-format <log-format>': did you mean “json”?"),
        ])
    func misspelt(_ arguments: [String], _ suggestion: String) throws {
        let outcome = try Program.run(Binary.path, arguments)
        #expect(outcome.end == .exited(64) && outcome.output == "")
        #expect(outcome.errors.contains(suggestion), "\(outcome.errors)")
    }

    @Test(
        "A usage error shows the usage of the command, whether the parser or the command finds it",
        arguments: [
            (["probe", "127.0.0.1"], "probe"), (["probe", "127.0.0.1:1", "--timeout", "1h"], "probe"),
            (["probe", "127.0.0.1:1", "--method", "guess"], "probe"), (["probe", "1-65535"], "probe"),
            (["scan", "127.0.0.1"], "scan"), (["scan", "--json", "--format", "table"], "scan"),
            (["advise", "127.0.0.1"], "advise"), (["advise", "--rehearse", "--check"], "advise"),
            (["guard", "127.0.0.1"], "guard"), (["map", "--address", "here"], "map"),
            (["check", "--url", "ftp://x"], "check"), (["check-config", "a", "b"], "check-config"),
            (["run", "--config", "/dev/null", "--listen", "localhost:1"], "run"),
            (["--config", "/dev/null", "--listen", "localhost:1"], "run"),
        ])
    func usageOfCommand(_ arguments: [String], _ command: String) throws {
        let outcome = try Program.run(Binary.path, arguments)
        #expect(outcome.end == .exited(64) && outcome.output == "")
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.first?.hasPrefix("Error: ") == true, "\(outcome.errors)")
        #expect(lines.contains { $0.hasPrefix("Usage: selfconnectd \(command) ") }, "\(outcome.errors)")
        let hint = "  See 'selfconnectd \(command) --help' for more information."
        #expect(lines.last.map(String.init) == hint, "\(outcome.errors)")
    }

    @Test("Too few descriptors for a start are reported", arguments: 4...7)
    func descriptors(_ limit: Int) throws {
        let arguments = ["--nofile=\(limit):\(limit)", Binary.path, "probe", "127.0.0.1:50010"]
        let outcome = try Program.run("prlimit", arguments)
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors == "selfconnectd: too few descriptors may be open: raise the limit to 8 (ulimit -n)\n")
    }

    @Test("--version prints the version, and --help the commands") func help() throws {
        let version = try Binary.run("--version")
        #expect(version.end == .exited(0))
        let lines = /selfconnectd \d+\.\d+\.\d+\nBuilt by Swift \d+\.\d+ for \w+: .+\n/
        #expect(version.output.wholeMatch(of: lines) != nil, "\(version.output)")
        let help = try Binary.run("--help")
        #expect(help.end == .exited(0))
        for word in ["run", "check-config", "probe", "78 configuration"] { #expect(help.output.contains(word)) }
    }

    @Test(
        "Without a file the daemon runs with the defaults and watches its own port",
        .enabled(if: PrivateNetwork.isAvailable),
        .enabled(if: access("/etc/selfconnectd/selfconnectd.yaml", F_OK) != 0, "this host has a configuration"))
    func defaults() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(nil)
            let status = try daemon.status()
            #expect(status.service.config.path == nil)
            #expect(status.targets.contains { $0.endpoint == RunningDaemon.listen && $0.source == "own" })
            #expect(daemon.stop().end == .exited(0))
        }
    }
}
