import Linux
import SelfConnect
import TestSupport
import Testing

/// Where the daemon listens, and where it refuses to. The range is 40000-41000, of which 40500-40509 are reserved.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct ListenTests {
    private static let message =
        "port 40002 lies inside the ephemeral range 40000-41000: listen on a port outside of it, or reserve it"
        + " (net.ipv4.ip_local_reserved_ports = 40002,40500-40509)\n"

    @Test("A port in the ephemeral range is rejected with its place before any bind") func ephemeral() throws {
        try PrivateNetwork.run {
            // The first address is in use: if it had been tried, the error would be another.
            let holder = try Neighbours.listener(on: RunningDaemon.listen)
            let file = try TemporaryFile("listen:\n  - \(RunningDaemon.listen)\n  - 127.0.0.1:40002\n")
            for outcome in [try Binary.run("run", "--config", file.path), try Binary.run("check-config", file.path)] {
                #expect(outcome.end == .exited(78))
                #expect(outcome.errors == "\(file.path):3:5: \(Self.message)")
            }
            #expect(try holder.accept() == nil)
        }
    }

    @Test(
        "check-config reports a rejected address with all other faults, in the order of the file",
        arguments: [
            (
                "listen:\n  - 127.0.0.1:40002\nprobe: {intervall: 1s}\n",
                ["2:5: \(message)", "3:9: unknown key “intervall”: did you mean “interval”?\n"]
            ),
            (
                "log: {level: loud}\nlisten: [\"localhost:1\", 127.0.0.1:40002]\n",
                [
                    "1:14: “loud” is not a log level: write one of trace, debug, info, notice, warning, error, critical\n",
                    "2:10: “localhost” is not an IP address: write one such as 127.0.0.1 or ::1\n", "2:25: \(message)",
                ]
            ),
            (
                "listen: 0.0.0.0:40002\ntargets: {name: a, ports: 0}\n",
                [
                    "1:9: 0.0.0.0:40002 can be reached from other hosts: set a bearer token with http.token-file, or allow"
                        + " unauthenticated access with http.open: true\n", "1:9: \(message)",
                    "2:27: port 0 is not valid: ports range from 1 to 65535\n",
                ]
            ),
            // The possible meaning of a misspelt key does not cause another fault.
            (
                "listen: 0.0.0.0:40002\nhttp: {opn: true}\n",
                ["1:9: \(message)", "2:8: unknown key “opn”: did you mean “open”?\n"]
            ),
            (
                "listen: 0.0.0.0:30000\nhtp: {open: true}\n",
                ["2:1: unknown key “htp”: did you mean “http”?\n"]
            ),
        ])
    func ephemeralAmongOthers(_ yaml: String, _ faults: [String]) throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile(yaml)
            let outcome = try Binary.run("check-config", file.path)
            #expect(outcome.end == .exited(78))
            #expect(outcome.errors == faults.map { "\(file.path):\($0)" }.joined())
        }
    }

    @Test("A default address inside the range is rejected if the file names no address")
    func byDefault() throws {
        try PrivateNetwork.run(range: PortRange(9000, 11000)) {
            let good = try TemporaryFile("log: {level: info}\n")
            let outcome = try Binary.run("check-config", good.path)
            #expect(outcome.end == .exited(78))
            #expect(outcome.errors.hasPrefix("port 9293 lies inside the ephemeral range 9000-11000: "))
            let misspelt = try TemporaryFile("listn: 127.0.0.1:80\n")
            let fault = try Binary.run("check-config", misspelt.path)
            #expect(fault.errors == "\(misspelt.path):1:1: unknown key “listn”: did you mean “listen”?\n")
        }
    }

    @Test("An address of the command line is rejected without a place") func ephemeralOption() throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile("")
            let outcome = try Binary.run("run", "--config", file.path, "--listen", "127.0.0.1:40002")
            #expect(outcome.end == .exited(78))
            #expect(outcome.errors == Self.message)
        }
    }

    @Test("An address inside the range is accepted with the override and reported") func allowed() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(
                "listen: 127.0.0.1:40002", ["--allow-ephemeral-listen"], listen: "127.0.0.1:40002")
            let listen = try #require(try daemon.status().service.listen.first)
            #expect(listen.endpoint == "127.0.0.1:40002" && !listen.outsideEphemeralRange)
            #expect(try daemon.target("127.0.0.1:40002").verdict == "latent")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A reserved port is accepted like one outside the range") func reserved() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("listen: 127.0.0.1:40500", listen: "127.0.0.1:40500")
            #expect(try daemon.status().service.listen.first?.outsideEphemeralRange == true)
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A port in use ends the daemon with status 1, the place of the address, and what has it") func occupied()
        throws
    {
        try PrivateNetwork.run {
            let holder = try Neighbours.listener(on: RunningDaemon.listen)
            let file = try TemporaryFile("targets: [{name: web, ports: 40002}]")
            let outcome = try Binary.run("run", "--config", file.path)
            #expect(outcome.end == .exited(1))
            #expect(
                outcome.errors.hasPrefix(
                    "selfconnectd: bind 127.0.0.1:9293: Address already in use (EADDRINUSE): a listener of "))
            #expect(outcome.errors.hasSuffix(" has it; stop that, or listen on another port\n"))
            #expect(try holder.accept() == nil)
            let other = try TemporaryFile("listen: [127.0.0.1:9294, 127.0.0.1:9293]")
            #expect(
                try Binary.run("run", "--config", other.path).errors.contains("\(other.path):1:26: bind 127.0.0.1:9293")
            )
        }
    }

    @Test("The daemon listens on several addresses of both families") func several() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("listen: [127.0.0.1:9293, \"[::1]:9293\"]")
            #expect(try Answer.get("http://[::1]:9293/-/ready")?.status == 200)
            #expect(try daemon.status().targets.map(\.endpoint) == ["127.0.0.1:9293", "[::1]:9293"])
            #expect(daemon.stop().end == .exited(0))
        }
    }
}
