import TestSupport
import Testing

/// The socket units as they are shipped, under a real systemd.
@Suite(.serialized, .enabled(if: Machine.hindrance == nil, "no systemd: \(Machine.hindrance ?? "")"))
struct SocketActivationTests {
    @Test("The socket unit needs no change of the configuration; it watches its port, and can be reloaded")
    func activated() throws {
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd.socket
            systemctl show -P ActiveState selfconnectd.service
            status() { curl --silent --show-error 127.0.0.1:9293/v1/status; }
            status >/mnt/status
            grep -A 4 '"listen"' /mnt/status | grep -o '"endpoint" : "[^"]*"'
            until curl --silent 127.0.0.1:9293/v1/targets/127.0.0.1:9293 | tee /mnt/target | grep -q '"verdict"'; do
                sleep 0.1
            done
            grep -o -m 1 '"verdict" : "[a-z-]*"' /mnt/target
            grep -o '"state" : .*\\|"unit" : .*' /mnt/target
            echo 'targets: [{name: web, ports: 80}]' >/etc/selfconnectd/selfconnectd.yaml
            systemctl reload selfconnectd
            until status | grep -q '"name" : "web"'; do sleep 0.1; done
            status | grep -o -m 1 '"name" : "web"'
            status | grep -o '"last_reload_successful" : true'
            systemctl stop selfconnectd.socket selfconnectd.service
            status 2>&1 | grep -o 'connect to .* port 9293'
            journalctl --unit selfconnectd --output cat --priority 4
            """)
        #expect(
            outcome.output == """
                inactive
                "endpoint" : "127.0.0.1:9293"
                "verdict" : "outside-range"
                "state" : "listening",
                "unit" : "selfconnectd.socket",
                "name" : "web"
                "last_reload_successful" : true
                connect to 127.0.0.1 port 9293

                """, "\(outcome.errors)")
    }

    @Test("A unix socket can be reached that lies outside of the service's root, by those whom its file lets in")
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

    @Test("A passed socket that the configuration does not name is told, and the daemon runs without it")
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

    @Test("A configuration that cannot be used closes the sockets at the first start; mended, all units start again")
    func unusable() throws {
        // However slow the host is.
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

    @Test("A failure that may pass is tried again without end, and the socket stays open for those who wait")
    func passing() throws {
        // More often than any limit on starts allows by default, at a pace that none forbids.
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

    @Test("Restarted under load, it refuses nobody and loses no request; without the socket unit it does")
    func restarts() throws {
        let activated = try Self.restarted(starting: "selfconnectd.socket selfconnectd.service")
        print("restart:", activated.answers, "answers over six restarts")
        #expect(activated.others == [], "\(activated)")
        #expect(activated.answers > 1000)
        let alone = try Self.restarted(starting: "selfconnectd.service")
        #expect(alone.others.contains { $0.contains("Failed to connect") }, "the clients cannot see it: \(alone)")
    }

    /// What four clients get while the service is restarted six times: one that keeps its connection, one with a new
    /// one for each request, one that is slow to ask, and one on which requests for the large document pile up.
    private static func restarted(starting units: String) throws -> (answers: Int, others: [String]) {
        let outcome = try Machine.run(
            """
            systemctl start \(units)
            ask() { # again at once; stderr is not buffered
                curl --no-progress-meter --max-time 60 --output /dev/null --write-out '%{stderr}%{http_code} %{errormsg}\\n' "$@"
            }
            ask '127.0.0.1:9293/v1/kernel#[1-10000000]' 2>/mnt/kept &
            ask --header 'Connection: close' '127.0.0.1:9293/v1/kernel#[1-10000000]' 2>/mnt/fresh &
            ask --parallel --header 'Connection: close' '127.0.0.1:9293/v1/status#[1-10000000]' 2>/mnt/many &
            exec 4<> <(:)
            while :; do
                exec 3<>/dev/tcp/127.0.0.1/9293 || { echo "Failed to connect"; continue; }
                begin=${EPOCHREALTIME/./}
                read -r -t 0.05 <&4 # without a program to start
                printf 'GET /v1/kernel HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3
                asked=${EPOCHREALTIME/./}
                if read -r -t 60 line <&3; then
                    echo "${line:9:3} "
                elif [ $((asked - begin)) -lt 400000 ]; then # else a stop has waited for it as long as it does
                    echo "no answer"
                fi
            done >/mnt/slow 2>/dev/null &
            has() { [ "$(grep -c '^200 $' /mnt/$1)" -ge $2 ]; } # so many answers
            served() { # each of them, since the last restart
                until has slow $(($1 * 5)); do sleep 0.1; done
                for client in kept fresh many; do
                    until has $client $(($1 * 50)); do sleep 0.1; done
                done
            }
            for restart in {1..6}; do
                served $restart
                systemctl restart selfconnectd
            done
            served 7
            kill $(jobs -p)
            wait 2>/dev/null
            for client in kept fresh many slow; do
                head --lines -1 /mnt/$client # the last one may be cut off
            done | sort | uniq -c
            """, configuration: "targets: [{name: many, ports: 50000-50049}]")
        var answers = 0
        var others: [String] = []
        for line in outcome.output.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2, words[1] == "200 " {
                answers += Int(words[0]) ?? 0
            } else {
                others.append(String(line))
            }
        }
        return (answers, others)
    }
}
