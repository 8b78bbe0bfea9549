import TestSupport
import Testing

extension TimeTests {
    /// Restarts of the service while clients send requests.
    @Suite(.enabled(if: Machine.hindrance == nil, "no systemd: \(Machine.hindrance ?? "")")) struct RestartTests {
        @Test("A restart under load refuses no client and loses no request with the socket unit, but does without it")
        func restarts() throws {
            let activated = try Self.restarted(starting: "selfconnectd.socket selfconnectd.service")
            print("restart:", activated.answers, "answers over six restarts")
            #expect(activated.others == [], "\(activated)")
            #expect(activated.answers > 1000)
            let alone = try Self.restarted(starting: "selfconnectd.service")
            #expect(alone.others.contains { $0.contains("Failed to connect") }, "the clients cannot see it: \(alone)")
        }

        /// The results of four clients while the service is restarted six times: one that keeps its connection, one
        /// with a new connection per request, one that sends its requests slowly, and one that pipelines requests for
        /// the large document.
        private static func restarted(starting units: String) throws -> (answers: Int, others: [String]) {
            let outcome = try Machine.run(
                """
                systemctl start \(units)
                touch /mnt/kept /mnt/fresh /mnt/many /mnt/slow
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
                has() { [ "$(grep -c '^200 $' /mnt/$1)" -ge $2 ]; } # at least $2 responses
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
}
