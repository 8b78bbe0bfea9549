import TestSupport
import Testing

/// Remedies that are systemd's work, as docs/remedies.md and the steps have them.
@Suite(.serialized, .enabled(if: Machine.hindrance == nil, "no systemd: \(Machine.hindrance ?? "")"))
struct RemedyUnitTests {
    @Test("One step against a self-connected service is to restart its unit, and that frees the port") func restart()
        throws
    {
        let outcome = try Machine.run(
            """
            cat >/mnt/client <<'END'
            #!/usr/bin/perl
            use Socket;
            until (-e "/mnt/connected") { # the next start connects to nothing
                socket(S, PF_INET, SOCK_STREAM, 0) or die $!;
                setsockopt(S, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0)) or die $!;
                if (connect(S, sockaddr_in(50010, inet_aton("127.0.0.1")))) {
                    open(F, ">", "/mnt/connected") or die $!;
                    last;
                }
            }
            sleep 3600;
            END
            chmod +x /mnt/client
            printf '[Service]\\nExecStart=/mnt/client\\n' >/etc/systemd/system/client.service
            systemctl start selfconnectd client
            steps() { selfconnectd probe 127.0.0.1:50010 | sed -n 's/^  or (as root): *//p'; }
            target() { curl --silent 127.0.0.1:9293/v1/targets/127.0.0.1:50010; }
            until [ -n "$(steps)" ]; do sleep 0.1; done
            step=$(steps)
            echo "$step"
            until target | grep --quiet --fixed-strings "\\"$step\\""; do sleep 0.1; done
            sh -c "$step"
            while [ -n "$(steps)" ]; do sleep 0.1; done
            until target | grep --quiet '"verdict":"susceptible"'; do sleep 0.1; done
            systemctl is-active client
            systemctl stop client selfconnectd
            """,
            configuration: "targets: [{name: app, addresses: 127.0.0.1, ports: 50010}]")
        #expect(outcome.output == "systemctl restart client.service\nactive\n", "\(outcome)")
    }

    @Test("A socket unit keeps the port while its service restarts: no client is refused or connects to itself")
    func socketUnit() throws {
        let outcome = try Machine.run(
            """
            cat >/mnt/server <<'END'
            #!/usr/bin/perl
            open(my $listener, "+<&=", 3) or die $!;
            while (accept(my $client, $listener)) { syswrite($client, "served"); }
            END
            cat >/mnt/clients <<'END'
            #!/usr/bin/perl
            # Until /mnt/end exists: how many connects were served, were refused, and connected to themselves.
            use Socket;
            my ($served, $refused, $self) = (0, 0, 0);
            until (-e "/mnt/end") {
                socket(my $socket, PF_INET, SOCK_STREAM, 0) or die $!;
                if (!connect($socket, sockaddr_in(50051, inet_aton("127.0.0.1")))) { $refused++; next; }
                if (getsockname($socket) eq getpeername($socket)) { $self++; next; }
                $served++ if sysread($socket, my $answer, 100);
                select(undef, undef, undef, 0.001);
            }
            print "$served $refused $self\\n";
            END
            chmod +x /mnt/server /mnt/clients
            printf '[Socket]\\nListenStream=50051\\n' >/etc/systemd/system/app.socket
            printf '[Unit]\\nStartLimitIntervalSec=0\\n[Service]\\nExecStart=/mnt/server\\n' >/etc/systemd/system/app.service
            verdict() { until selfconnectd probe 127.0.0.1:50051 | grep --only-matching "$1 ("; do sleep 0.1; done; }
            systemctl start app.socket app.service
            verdict latent
            /mnt/clients >/mnt/counts &
            for restart in 1 2 3 4 5; do
                systemctl restart app.service
                sleep 0.2
            done
            touch /mnt/end
            wait
            cat /mnt/counts
            systemctl stop app.socket app.service
            verdict susceptible
            """)
        let pattern = /latent \(\n(\d+) (\d+) (\d+)\nsusceptible \(\n/
        let counts = try #require(outcome.output.wholeMatch(of: pattern), "\(outcome)")
        #expect(Int(counts.1) ?? 0 > 0 && counts.2 == "0" && counts.3 == "0", "\(outcome.output)")
    }
}
