import TestSupport
import Testing

/// The unit as it is shipped, under a real systemd.
@Suite(.serialized, .enabled(if: Machine.hindrance == nil, "no systemd: \(Machine.hindrance ?? "")"))
struct ServiceTests {
    @Test("It starts, says how it is, answers, writes its levels to the journal, and stops") func life() throws {
        // A system call outside of the unit's list kills here, so that none goes unnoticed, but for the one that the
        // thread pool can do without.
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd
            systemctl show -P ActiveState selfconnectd
            systemctl status --no-pager --lines 0 selfconnectd | grep -o '"[0-9]* ports.*last pass'
            for path in / /v1/status /v1/targets/web /v1/kernel /metrics /-/healthy /-/ready; do
                curl --silent --output /dev/null --write-out '%{http_code}\\n' 127.0.0.1:9293$path
            done
            sleep 3
            begin=$(date +%s%N)
            systemctl stop selfconnectd
            [ $(($(date +%s%N) - begin)) -lt 1000000000 ] && echo at once
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
                at once
                Result=success
                NRestarts=0
                127.0.0.1:50010 web: susceptible
                [::1]:50010 web: susceptible
                127.0.0.1:9293 selfconnectd: outside-range
                listening addresses=127.0.0.1:9293
                ready targets=3

                """)
    }

    @Test("A configuration that cannot be used is a failure that is not tried again") func badConfiguration() throws {
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

    @Test("It tells whose socket holds a port, all rights taken away or not") func holder() throws {
        let outcome = try Machine.run(
            """
            setpriv --reuid 1234 --regid 1234 --clear-groups selfconnectd run --config /dev/null \
                --listen 127.0.0.1:50010 --allow-ephemeral-listen 2>/dev/null &
            sleep 1
            systemctl start selfconnectd
            curl --silent 127.0.0.1:9293/v1/targets/127.0.0.1:50010 >/mnt/target
            grep -Eo '"uid" : [0-9]+' /mnt/target
            grep -Eo '"verdict" : "latent"' /mnt/target | uniq
            """, configuration: "targets: [{name: web, ports: 50010}]")
        #expect(outcome.output == "\"uid\" : 1234\n\"verdict\" : \"latent\"\n", "\(outcome)")
    }

    @Test("Killed, it comes back") func killed() throws {
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd
            systemctl kill --signal KILL selfconnectd
            for _ in {1..50}; do
                sleep 0.1
                systemctl is-active --quiet selfconnectd && [ "$(systemctl show -P NRestarts selfconnectd)" = 1 ] && break
            done
            systemctl show --property NRestarts,ActiveState selfconnectd
            curl --silent --output /dev/null --write-out '%{http_code}\\n' 127.0.0.1:9293/-/ready
            """)
        #expect(outcome.output == "NRestarts=1\nActiveState=active\n200\n")
    }

    @Test("The watchdog ends it when one of its threads is stuck, and it comes back", arguments: ["probing", "http"])
    func watchdog(_ thread: String) throws {
        // A frozen control group of one thread: nothing in the program knows of it.
        let outcome = try Machine.run(
            """
            systemctl start selfconnectd
            sleep 2.5
            systemctl show -P NRestarts selfconnectd
            process=$(systemctl show -P MainPID selfconnectd)
            stuck=/sys/fs/cgroup/$(systemctl show -P ControlGroup selfconnectd)/stuck
            mkdir $stuck
            echo threaded >$stuck/cgroup.type
            grep -lx \(thread) /proc/$process/task/*/comm | cut -d/ -f5 >$stuck/cgroup.threads
            echo 1 >$stuck/cgroup.freeze
            for _ in {1..100}; do
                sleep 0.1
                [ "$(systemctl show -P NRestarts selfconnectd)" = 1 ] && break
            done
            systemctl show -P NRestarts selfconnectd
            journalctl --unit selfconnectd --output cat | grep -o 'Watchdog timeout\\|status=6/ABRT'
            """, dropIn: "WatchdogSec=2s")
        #expect(outcome.output == "0\n1\nWatchdog timeout\nstatus=6/ABRT\n")
    }

    @Test("systemd-analyze has nothing to complain of, and finds little exposed") func analysis() throws {
        let outcome = try Machine.run(
            """
            systemd-analyze verify selfconnectd.service && echo verified
            systemd-analyze security --offline yes --threshold 12 /etc/systemd/system/selfconnectd.service >/mnt/list ||
                cat /mnt/list
            """)
        #expect(outcome.output == "verified\n")
    }
}
