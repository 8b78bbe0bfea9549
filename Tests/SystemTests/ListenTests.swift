import Linux
import TestSupport
import Testing

/// Where the daemon listens, and where it refuses to. The range is 40000-41000, of which 40500-40509 are reserved.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct ListenTests {
    private static let complaint =
        "port 40002 lies inside the ephemeral range 40000-41000: listen on a port outside of it, or reserve it"
        + " (net.ipv4.ip_local_reserved_ports = 40002,40500-40509)\n"

    @Test("A port in the ephemeral range is refused with its place, before anything is bound") func ephemeral() throws {
        try PrivateNetwork.run {
            // The first address is taken: had it been tried, the complaint would be another.
            let holder = try Neighbours.listener(on: RunningDaemon.listen)
            let file = try TemporaryFile("listen:\n  - \(RunningDaemon.listen)\n  - 127.0.0.1:40002\n")
            for outcome in [try Binary.run("run", "--config", file.path), try Binary.run("check-config", file.path)] {
                #expect(outcome.end == .exited(78))
                #expect(outcome.errors == "\(file.path):3:5: \(Self.complaint)")
            }
            #expect(try holder.accept() == nil)
        }
    }

    @Test("From the command line it is refused without a place") func ephemeralOption() throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile("")
            let outcome = try Binary.run("run", "--config", file.path, "--listen", "127.0.0.1:40002")
            #expect(outcome.end == .exited(78))
            #expect(outcome.errors == Self.complaint)
        }
    }

    @Test("It is taken all the same if the administrator insists, and shown to be there") func allowed() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(
                "listen: 127.0.0.1:40002", ["--allow-ephemeral-listen"], listen: "127.0.0.1:40002")
            let listen = try #require(try daemon.status().service.listen.first)
            #expect(listen.endpoint == "127.0.0.1:40002" && !listen.outsideEphemeralRange)
            #expect(try daemon.target("127.0.0.1:40002").verdict == "latent")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A reserved port is as good as one outside of the range") func reserved() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("listen: 127.0.0.1:40500", listen: "127.0.0.1:40500")
            #expect(try daemon.status().service.listen.first?.outsideEphemeralRange == true)
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("An occupied port ends it with status 1 and the endpoint's name") func occupied() throws {
        try PrivateNetwork.run {
            let holder = try Neighbours.listener(on: RunningDaemon.listen)
            let file = try TemporaryFile("targets: [{name: web, ports: 40002}]")
            let outcome = try Binary.run("run", "--config", file.path)
            #expect(outcome.end == .exited(1))
            #expect(
                outcome.errors
                    == "selfconnectd: bind 127.0.0.1:9293: Address already in use (EADDRINUSE)\n")
            #expect(try holder.accept() == nil)
        }
    }

    @Test("It answers on several addresses, of both families") func several() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("listen: [127.0.0.1:9293, \"[::1]:9293\"]")
            #expect(try Answer.get("http://[::1]:9293/-/ready")?.status == 200)
            #expect(try daemon.status().targets.map(\.endpoint) == ["127.0.0.1:9293", "[::1]:9293"])
            #expect(daemon.stop().end == .exited(0))
        }
    }
}
