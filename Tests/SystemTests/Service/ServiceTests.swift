import TestSupport
import Testing

/// The unit as shipped, under a real systemd.
@Suite(.serialized, .enabled(if: Machine.hindrance == nil, "no systemd: \(Machine.hindrance ?? "")"))
struct ServiceTests {
    @Test("The service starts, reports its status, responds, writes its levels to the journal, and stops")
    func life() throws {
        // A system call outside of the unit's list kills here, so that none is unnoticed, except one that the thread
        // pool can do without.
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd
            systemctl show -P ActiveState selfconnectd
            systemctl status --no-pager --lines 0 selfconnectd | grep -o '"[0-9]* ports.*last pass'
            for path in / /v1/status /v1/targets/web /v1/kernel /metrics /-/healthy /-/ready; do
                curl --silent --output /dev/null --write-out '%{http_code}\\n' 127.0.0.1:9293$path
            done
            for method in directed loop; do
                until curl --silent 127.0.0.1:9293/metrics | grep -q '^selfconnect_probes_total{method="'$method'"} [1-9]'
                do sleep 0.2; done
            done
            systemctl stop selfconnectd
            systemctl show --property Result,NRestarts selfconnectd
            journalctl --unit selfconnectd --output cat --priority 3..3 | grep -o '.*susceptible'
            journalctl --unit selfconnectd --output cat --priority 6..6 | grep -o '.*outside-range'
            journalctl --unit selfconnectd --output cat --priority 5..5
            """,
            configuration: """
                probe: {interval: 500ms, loop: {interval: 1s, cpu: 50%}}
                targets: [{name: web, ports: 50010}]
                """,
            dropIn: "SystemCallErrorNumber=kill\nSystemCallFilter=setpriority")
        #expect(
            outcome.output == """
                active
                "3 ports watched, 2 susceptible (127.0.0.1:50010 web, [::1]:50010 web), last pass
                200
                200
                200
                200
                200
                200
                200
                Result=success
                NRestarts=0
                127.0.0.1:50010 web: susceptible
                [::1]:50010 web: susceptible
                127.0.0.1:9293 selfconnectd: outside-range
                listening addresses=127.0.0.1:9293
                ready targets=3

                """)
    }

    @Test("An invalid configuration is a failure that is not retried") func badConfiguration() throws {
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd 2>/dev/null || echo no
            sleep 2
            systemctl show --property ActiveState,NRestarts,ExecMainStatus,StatusErrno,StatusText selfconnectd | sort
            journalctl --unit selfconnectd --output cat | grep yaml
            """, configuration: "prob: {}")
        let fault = "/etc/selfconnectd/selfconnectd.yaml:1:1: unknown key “prob”: did you mean “probe”?"
        #expect(
            outcome.output == """
                no
                ActiveState=failed
                ExecMainStatus=78
                NRestarts=0
                StatusErrno=22
                StatusText=the configuration is not usable: \(fault)
                \(fault)

                """)
    }

    @Test("The service reports the owner of a port, with and without capabilities") func holder() throws {
        let outcome = try Machine.run(
            """
            setpriv --reuid 1234 --regid 1234 --clear-groups selfconnectd run --config /dev/null \
                --listen 127.0.0.1:50010 --allow-ephemeral-listen 2>/dev/null &
            until ss --no-header --listening --tcp 'sport = :50010' | grep -q .; do sleep 0.1; done
            systemctl start selfconnectd
            curl --silent 127.0.0.1:9293/v1/targets/127.0.0.1:50010?pretty >/mnt/target
            grep -Eo '"uid": [0-9]+' /mnt/target
            grep -Eo '"verdict": "latent"' /mnt/target | uniq
            """, configuration: "targets: [{name: web, ports: 50010}]")
        #expect(outcome.output == "\"uid\": 1234\n\"verdict\": \"latent\"\n", "\(outcome)")
    }

    @Test("A service that is killed ten times in a row restarts each time") func killed() throws {
        // Tests/packaging.sh measures how soon.
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd
            for kill in {1..10}; do
                systemctl kill --signal KILL selfconnectd
                until systemctl is-active --quiet selfconnectd &&
                    [ "$(systemctl show -P NRestarts selfconnectd)" = $kill ]; do sleep 0.1; done
            done
            systemctl show --property NRestarts,ActiveState selfconnectd
            curl --silent --output /dev/null --write-out '%{http_code}\\n' 127.0.0.1:9293/-/ready
            """)
        #expect(outcome.output == "NRestarts=10\nActiveState=active\n200\n")
    }

    @Test("A reload keeps known state, an invalid file changes nothing, and both are reported") func reload() throws {
        let outcome = try Machine.run(
            """
            file=/etc/selfconnectd/selfconnectd.yaml
            reload() {
                echo "$1" >$file
                systemctl reload selfconnectd
                until [ "${metric##* }" = $2 ]; do
                    sleep 0.1
                    metric=$(curl --silent 127.0.0.1:9293/metrics | grep '^selfconnect_config_last_reload_successful')
                done
                echo "$metric"
                systemctl show -P ActiveState selfconnectd
                until systemctl show -P StatusText selfconnectd | grep -q "$3"; do sleep 0.1; done
                systemctl show -P StatusText selfconnectd | sed 's/last pass [^;]*UTC/last pass/'
            }
            since() { curl --silent 127.0.0.1:9293/v1/targets/127.0.0.1:50010?pretty | grep '"since"'; }
            systemctl start selfconnectd
            since >/mnt/before
            sleep 1
            reload 'prob: {}' 0 'not reloaded'
            reload 'targets: [{name: web, ports: 50010}, {name: more, ports: 50020}]' 1 '^5 ports'
            since | diff /mnt/before - && echo kept
            systemctl show --property NRestarts selfconnectd
            journalctl --unit selfconnectd --output cat --priority 3 --grep yaml
            journalctl --unit selfconnectd --output cat --identifier selfconnectd --grep '^reload(ed| failed)'
            """, configuration: "targets: [{name: web, ports: 50010}]")
        let fault = "/etc/selfconnectd/selfconnectd.yaml:1:1: unknown key “prob”: did you mean “probe”?"
        let susceptible = "susceptible (127.0.0.1:50010 web, [::1]:50010 web"
        #expect(
            outcome.output == """
                selfconnect_config_last_reload_successful 0
                active
                3 ports watched, 2 \(susceptible)), last pass; not reloaded: \(fault)
                selfconnect_config_last_reload_successful 1
                active
                5 ports watched, 4 \(susceptible), 127.0.0.1:50020 more, …), last pass
                kept
                NRestarts=0
                \(fault)
                reload failed; keeping the previous configuration
                reloaded targets=4

                """)
    }

    @Test("journalctl finds changes of verdict by their fields") func fields() throws {
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd
            find() { journalctl --unit selfconnectd --output cat "$@" | grep -o '^[^ ]* [^ ]* [a-z-]*'; }
            find SELFCONNECT_VERDICT=susceptible
            echo
            find SELFCONNECT_TARGET=selfconnectd SELFCONNECT_SEVERITY=ok
            echo
            find MESSAGE_ID=6f536d3ee858414c9f185e012f70363b SELFCONNECT_ENDPOINT=127.0.0.1:50010
            echo
            sysctl -qw net.ipv4.ip_local_reserved_ports=50010 || echo 50010 >/proc/sys/net/ipv4/ip_local_reserved_ports
            until [ "$(find SELFCONNECT_PREVIOUS=susceptible | tee /mnt/found | wc -l)" -ge 2 ]; do sleep 0.1; done
            sort /mnt/found # one pass may find both, or one after the other
            echo
            journalctl --unit selfconnectd --output cat MESSAGE_ID=d27ab4aac27b4f93b3cd30f8d3451a81 | grep -o 'has changed'
            journalctl --unit selfconnectd --output json --output-fields PRIORITY,SYSLOG_IDENTIFIER,_TRANSPORT \
                SELFCONNECT_VERDICT=susceptible | head -1 | grep -Eo '"(PRIORITY|_TRANSPORT)":"[a-z0-9]*"' | sort
            """,
            configuration: "{probe: {interval: 500ms, loop: {interval: 0s}}, targets: [{name: web, ports: 50010}]}")
        #expect(
            outcome.output == """
                127.0.0.1:50010 web: susceptible
                [::1]:50010 web: susceptible

                127.0.0.1:9293 selfconnectd: outside-range

                127.0.0.1:50010 web: susceptible

                127.0.0.1:50010 web: reserved
                [::1]:50010 web: reserved

                has changed
                "PRIORITY":"3"
                "_TRANSPORT":"journal"

                """, "\(outcome.errors)")
    }

    @Test("If the journal accepts no entries, events are written as lines and not lost") func noFields() throws {
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd
            journalctl --unit selfconnectd --output cat SELFCONNECT_VERDICT=susceptible
            journalctl --unit selfconnectd --output cat --priority 3..3 | grep -o '.*susceptible'
            """, configuration: "targets: [{name: web, ports: 50010, addresses: 127.0.0.1}]",
            dropIn: "InaccessiblePaths=+/run/systemd/journal/socket")
        #expect(outcome.output == "127.0.0.1:50010 web: susceptible\n")
    }

    @Test("A daemon started without a file looks for the default file at each reload") func noFile() throws {
        let outcome = try Machine.run(
            """
            file=/etc/selfconnectd/selfconnectd.yaml
            reloads() { journalctl --unit selfconnectd --identifier selfconnectd --output cat | grep reloaded; }
            reload() {
                before=$(reloads | wc -l)
                systemctl reload selfconnectd
                until [ "$(reloads | wc -l)" -gt "$before" ]; do sleep 0.1; done
                reloads | tail -1
                until systemctl show -P StatusText selfconnectd | grep -q "^$1"; do sleep 0.1; done
                systemctl show -P StatusText selfconnectd | grep -o '^[0-9]* ports\\? watched'
                curl --silent 127.0.0.1:9293/v1/status | grep -o "$file"
            }
            rm $file
            systemctl start selfconnectd
            reload 1
            echo 'targets: [{name: web, ports: 80}]' >$file
            reload 3
            """, dropIn: "ExecStart=\nExecStart=/usr/bin/selfconnectd run")
        #expect(
            outcome.output == """
                reloaded targets=0
                1 port watched
                reloaded targets=2
                3 ports watched
                /etc/selfconnectd/selfconnectd.yaml

                """)
    }

    @Test("The drop-in for synchronous reloads is used by systemd 253 and ignored by older versions")
    func notifyReload() throws {
        let outcome = try Machine.run(
            """
            install -m 644 /usr/share/selfconnectd/notify-reload.conf /etc/systemd/system/selfconnectd.service.d/notify-reload.conf
            version=$(systemctl --version | grep -o '[0-9]*' | head -1)
            systemd-analyze verify --man=no selfconnectd.service >/mnt/list 2>&1
            if [ $version -lt 253 ]; then
                grep -v 'notify-reload.conf:11: Failed to parse service type, ignoring: notify-reload$' /mnt/list
                echo passed over
            else
                cat /mnt/list
                echo passed over
            fi
            systemctl daemon-reload
            systemctl start selfconnectd && echo started
            """)
        #expect(outcome.output == "passed over\nstarted\n")
    }

    @Test("systemd-analyze accepts the units and rates their exposure as low") func analysis() throws {
        let outcome = try Machine.run(
            """
            systemd-analyze verify --man=no selfconnectd.service selfconnectd.socket selfconnectd-unix.socket && echo verified
            systemd-analyze security --offline yes --threshold 12 /etc/systemd/system/selfconnectd.service >/mnt/list ||
                cat /mnt/list
            """)
        #expect(outcome.output == "verified\n")
    }
}
