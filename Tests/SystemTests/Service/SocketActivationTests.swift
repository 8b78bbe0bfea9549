import TestSupport
import Testing

/// The socket units as shipped, under a real systemd.
@Suite(.serialized, .enabled(if: Machine.hindrance == nil, "no systemd: \(Machine.hindrance ?? "")"))
struct SocketActivationTests {
    @Test("The socket unit needs no change of the configuration; its port is watched, and the service can be reloaded")
    func activated() throws {
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd.socket
            systemctl show -P ActiveState selfconnectd.service
            status() { curl --silent --show-error 127.0.0.1:9293/v1/status?pretty; }
            status >/mnt/status
            grep -A 4 '"listen"' /mnt/status | grep -o '"endpoint": "[^"]*"'
            : >/mnt/target
            until grep -q '"verdict"' /mnt/target; do
                curl --silent 127.0.0.1:9293/v1/targets/127.0.0.1:9293?pretty >/mnt/target
                sleep 0.1
            done
            grep -o -m 1 '"verdict": "[a-z-]*"' /mnt/target
            grep -o '"state": .*\\|"unit": .*' /mnt/target
            echo 'targets: [{name: web, ports: 80}]' >/etc/selfconnectd/selfconnectd.yaml
            systemctl reload selfconnectd
            until grep -q '"name": "web"' /mnt/status; do
                status >/mnt/status
                sleep 0.1
            done
            grep -o -m 1 '"name": "web"' /mnt/status
            status | grep -o '"last_reload_successful": true'
            systemctl stop selfconnectd.socket selfconnectd.service
            status 2>&1 | grep -o 'connect to .* port 9293'
            journalctl --unit selfconnectd --output cat --priority 4
            """)
        #expect(
            outcome.output == """
                inactive
                "endpoint": "127.0.0.1:9293"
                "verdict": "outside-range"
                "state": "listening",
                "unit": "selfconnectd.socket",
                "name": "web"
                "last_reload_successful": true
                connect to 127.0.0.1 port 9293

                """, "\(outcome.errors)")
    }

    @Test("A unix socket outside the service's root is reachable for users whom its file mode permits")
    func unix() throws {
        let outcome = try Machine.run(
            """
            socket=/run/selfconnectd/http.sock
            ask() { curl --silent --output /dev/null --write-out '%{http_code} ' "$@"; }
            systemctl start selfconnectd.socket selfconnectd-unix.socket selfconnectd.service
            ask 127.0.0.1:9293/-/ready
            ask --unix-socket $socket http://localhost/-/ready
            ask --unix-socket $socket http://localhost/v1/status
            setpriv --reuid 1234 --regid 1234 --clear-groups \\
                curl --silent --unix-socket $socket http://localhost/-/ready || echo "exit status $?"
            stat --format '%A %U' $socket
            systemctl stop selfconnectd.service 2>/dev/null
            ask --unix-socket $socket http://localhost/-/healthy
            systemctl stop selfconnectd-unix.socket selfconnectd.service 2>/dev/null
            ls $socket 2>/dev/null || echo gone
            journalctl --unit selfconnectd --output cat --priority 4
            """, configuration: "listen: [127.0.0.1:9293, unix:/run/selfconnectd/http.sock]")
        #expect(outcome.output == "200 200 200 exit status 7\nsrw-rw---- root\n200 gone\n", "\(outcome.errors)")
    }

    @Test("A passed socket that the configuration does not name is reported and not used")
    func unnamed() throws {
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd-unix.socket selfconnectd.service
            curl --silent --output /dev/null --write-out '%{http_code}\\n' 127.0.0.1:9293/-/ready
            journalctl --unit selfconnectd --output cat --priority 4
            """)
        #expect(
            outcome.output == """
                200
                the passed socket “unix” is not used: listen names neither unix:/run/selfconnectd/http.sock nor systemd

                """)
    }

    @Test("An invalid configuration closes the sockets at the first start; after a fix all units start again")
    func unusable() throws {
        // On hosts of any speed.
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd.socket selfconnectd-unix.socket
            curl --silent 127.0.0.1:9293/ || echo no
            while systemctl is-active --quiet selfconnectd.socket || systemctl is-active --quiet selfconnectd-unix.socket; do
                sleep 0.1
            done
            systemctl show -P ActiveState selfconnectd.service
            curl --silent 127.0.0.1:9293/ || echo no
            journalctl --unit selfconnectd --output cat --priority 3..6 --grep 'unknown key' | wc -l
            echo >/etc/selfconnectd/selfconnectd.yaml
            systemctl restart selfconnectd.socket selfconnectd.service
            systemctl is-active selfconnectd.socket
            curl --silent --output /dev/null --write-out '%{http_code}\\n' 127.0.0.1:9293/-/ready
            """, configuration: "prob: {}", dropIn: "ExecStartPre=/usr/bin/sleep 0.3")
        #expect(outcome.output == "no\nfailed\nno\n1\nactive\n200\n", "\(outcome.errors)")
    }

    @Test("A temporary failure is retried indefinitely, and the socket stays open for waiting clients")
    func passing() throws {
        // More often than the default limit on starts permits, at a rate below every limit.
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd.socket
            curl --silent --output /dev/null --write-out '%{http_code}\\n' 127.0.0.1:9293/-/ready &
            until [ "$(systemctl show -P NRestarts selfconnectd)" -ge 25 ]; do sleep 0.2; done
            systemctl is-active selfconnectd.socket
            : >/mnt/passed
            wait
            """,
            dropIn: "RestartSec=150ms\nExecStartPre=+/usr/bin/test -e /mnt/passed")
        #expect(outcome.output == "active\n200\n", "\(outcome.errors)")
    }

    @Test("A token that only root can read reaches the service as a credential") func token() throws {
        let outcome = try Machine.run(
            """
            install -m 600 /dev/stdin /etc/selfconnectd/token <<<secret
            install -D -m 644 /usr/share/selfconnectd/token.conf /etc/systemd/system/selfconnectd.service.d/token.conf
            systemctl daemon-reload
            systemctl start selfconnectd
            ask() { curl --silent --output /dev/null --write-out '%{http_code}\\n' "$@" 127.0.0.1:9293/v1/kernel; }
            ask
            ask --header 'Authorization: Bearer wrong'
            ask --header 'Authorization: Bearer secret'
            systemctl stop selfconnectd
            echo 'http: {token-file: /run/credentials/selfconnectd.service/token}' >/etc/selfconnectd/selfconnectd.yaml
            systemctl start selfconnectd
            ask
            ask --header 'Authorization: Bearer secret'
            journalctl --unit selfconnectd --output cat --priority 4
            """, configuration: "http: {token-credential: token}")
        #expect(outcome.output == "401\n401\n200\n401\n200\n", "\(outcome.errors)")
    }
}
