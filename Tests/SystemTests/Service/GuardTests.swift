import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// A daemon that guards a port, and servers that come and go beside it.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct GuardTests {
    /// SELFCONNECTD_GUARD_RESTARTS: the number of restarts of the server.
    private static let restarts =
        getenv("SELFCONNECTD_GUARD_RESTARTS").flatMap { Int(String(cString: $0)) }
        ?? TestScale.repetitions(400)

    @Test("A server can restart beside the guard any number of times and is reached each time") func restarts() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.configuration("guard: true"))
            let before = try daemon.target("127.0.0.1:40002")
            #expect(before.verdict == "guarded" && before.severity == "ok" && before.guard?.state == "held")
            #expect(before.clients.values.allSatisfy { $0.exposure == "none" })
            #expect(try daemon.metric("selfconnect_guards{state=\"held\"}") == 1)
            for _ in 0..<Self.restarts {
                let server = try PlainSocket.listener(on: Endpoint(.unspecified4, 40002), reusesAddress: true)
                let client = try PlainSocket(for: .loopback4)
                try client.connect(to: Endpoint(.loopback4, 40002))
                // The server's end goes first: its TIME_WAIT is on the port.
                _ = try server.accept()
            }
            #expect(try daemon.target("127.0.0.1:40002").guard?.state == "held")
            #expect(try daemon.get("/v1/events").content.contains("127.0.0.1:40002 is guarded."))
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A reload releases the guard, and the port is exposed again") func reload() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.configuration("guard: true"))
            #expect(try daemon.target("127.0.0.1:40002").verdict == "guarded")
            try daemon.reloaded(Self.configuration("guard: false"))
            let target = try daemon.target("127.0.0.1:40002")
            #expect(target.verdict == "susceptible" && target.guard == nil)
            // A probe of the exposed port has it for microseconds.
            let canBind = Waiting.holds { (try? PlainSocket.listener(on: Endpoint(.loopback4, 40002))) != nil }
            #expect(canBind, "also a server that does not set SO_REUSEADDR")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test(
        "Servers of other users start beside the guard",
        .enabled(if: Command.path(of: "python3") != nil, "needs python3"), arguments: ["http.server", "asyncio"])
    func realServers(_ kind: String) throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.configuration("guard: true"))
            let script =
                kind == "asyncio"
                ? """
                import asyncio
                async def main():
                    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 40002)
                    await server.serve_forever()
                asyncio.run(main())
                """
                : """
                import http.server
                http.server.HTTPServer(("", 40002), http.server.SimpleHTTPRequestHandler).serve_forever()
                """
            let python = try #require(Command.path(of: "python3"))
            for _ in 0..<3 {
                var server = try Program(python, ["-c", script])
                let isUp = Waiting.holds {
                    guard let client = try? PlainSocket(for: .loopback4) else { return false }
                    return (try? client.connect(to: Endpoint(.loopback4, 40002))) != nil
                }
                #expect(isUp, "\(server.errors)")
                server.send(SIGKILL)
                _ = server.wait()
            }
            #expect(daemon.stop().end == .exited(0))
        }
    }

    private static func configuration(_ line: String) -> String {
        """
        probe: {interval: 200ms, timeout: 100ms, loop: {interval: 0s}}
        map: {interval: 0s}
        targets: [{name: grpc, addresses: 127.0.0.1, ports: 40002, \(line)}]
        """
    }
}

extension TimeTests {
    /// The guard under a real service manager.
    @Suite(.enabled(if: Machine.hindrance == nil, "no systemd: \(Machine.hindrance ?? "")")) struct StoredGuardTests {
        /// SELFCONNECTD_GUARD_KILLS: how many times the daemon is killed.
        private static let kills = getenv("SELFCONNECTD_GUARD_KILLS").flatMap { Int(String(cString: $0)) } ?? 4

        @Test("A daemon that is killed and restarted while a client reconnects at full speed gives no client the port")
        func kills() throws {
            let outcome = try Machine.run(
                """
                clients() { # prints how many connects there were in $1 seconds, and how many of them self-connected
                    perl -MSocket -e '
                        my ($end, $all, $self) = (time + $ARGV[0], 0, 0);
                        while ($ARGV[0] ? time < $end : ! -e "/mnt/end") {
                            socket(my $socket, PF_INET, SOCK_STREAM, 0) or die $!;
                            setsockopt($socket, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0)) or die $!;
                            $self++ if connect($socket, sockaddr_in(50010, inet_aton("127.0.0.1")));
                            $all++;
                        }
                        print "$all $self\n"' "$1"
                }
                state() { curl --silent 127.0.0.1:9293/v1/targets/127.0.0.1:50010; }
                guarded() { until state | grep --quiet '"verdict": *"guarded"'; do sleep 0.05; done; }
                systemctl start selfconnectd
                guarded
                clients 0 >/mnt/clients &
                for ((kill = 0; kill < \(Self.kills); kill++)); do
                    pid=$(systemctl show --property MainPID --value selfconnectd)
                    kill -KILL $pid
                    until [ "$(systemctl show --property MainPID --value selfconnectd)" != $pid ] &&
                        systemctl --quiet is-active selfconnectd; do sleep 0.05; done
                    guarded
                done
                systemctl restart selfconnectd
                guarded
                touch /mnt/end
                wait
                echo "guarded $(cat /mnt/clients)"
                systemctl stop selfconnectd
                echo "stopped $(clients 5)"
                """,
                configuration: """
                    targets: [{name: grpc, addresses: 127.0.0.1, ports: 50010, guard: true}]
                    """)
            let pattern = /guarded (\d+) (\d+)\nstopped (\d+) (\d+)\n/
            let counts = try #require(outcome.output.firstMatch(of: pattern), "\(outcome)")
            print(
                "guard:", counts.1, "connects over", Self.kills, "kills:", counts.2, "self-connections; stopped:",
                counts.4)
            #expect(Int(counts.1) ?? 0 > 1000 && counts.2 == "0")
            #expect(Int(counts.4) ?? 0 > 0, "the clients cannot connect to themselves at all")
        }
    }
}
