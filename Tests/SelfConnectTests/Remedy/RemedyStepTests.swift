import Testing

@testable import SelfConnect

/// What frees a port now.
@Suite struct RemedyStepTests {
    @Test("The first step ends one connection, which frees the port at once; the second ends its owner")
    func order() {
        let own = steps { $0.isHeld(.selfConnected, on: "127.0.0.1") }
        #expect(own == ["ss -K -t src 127.0.0.1:40002 dst 127.0.0.1:40002", "systemctl restart hdfs.service"])
        let stolen = steps { $0.isHeld(.source, on: "127.0.0.1") }
        #expect(stolen == ["ss -K -t src 127.0.0.1:40002 dst 192.0.2.1:443", "systemctl restart hdfs.service"])
    }

    @Test("Without a service the step ends the process, and without a process only the connection") func owners() {
        let process = steps {
            $0.isHeld(.selfConnected, on: "127.0.0.1", unit: "session-1.scope")
            $0.holders[0].pid = 812
        }
        #expect(process.last == "kill 812")
        let none = steps { $0.isHeld(.selfConnected, on: "127.0.0.1", unit: nil) }
        #expect(none == ["ss -K -t src 127.0.0.1:40002 dst 127.0.0.1:40002"])
        let ofUser = steps {
            $0.isHeld(.selfConnected, on: "127.0.0.1", unit: "app.service")
            $0.holders[0].controlGroup = "/user.slice/user-1000.slice/user@1000.service/app.slice/app.service"
        }
        #expect(!ofUser.contains { $0.hasPrefix("systemctl") }, "the system's manager does not know it")
    }

    @Test("The kernel can forget a closed connection, or it is waited for") func closed() {
        let closed = steps { $0.isHeld(.timeWait, on: "127.0.0.1") }
        #expect(
            closed == [
                "ss -K -t state time-wait src 127.0.0.1:40002 dst 192.0.2.1:443",
                "wait: the kernel forgets the closed connection to 192.0.2.1:443 about 60 s after it was closed",
            ])
    }

    @Test("Connections from one local end are closed together, and each owner is ended once") func several() {
        let steps = steps {
            for port in 443...448 { $0.isHeld(.source, on: "127.0.0.1", peer: "192.0.2.1:\(port)", unit: nil) }
            for index in $0.holders.indices { $0.holders[index].pid = index < 5 ? 812 : 813 }
        }
        let peers = (443...448).map { "dst 192.0.2.1:\($0)" }.joined(separator: " or ")
        #expect(steps == ["ss -K -t src 127.0.0.1:40002 '( \(peers) )'", "kill 812", "kill 813"])
    }

    @Test("Closed connections from one end are forgotten together, also beside open ones") func closedTogether() {
        let closed = steps {
            for port in 443...444 { $0.isHeld(.timeWait, on: "::1", peer: "[2001:db8::1]:\(port)") }
            $0.endpoint.address = .loopback6
        }
        #expect(
            closed == [
                "ss -K -t state time-wait src '[::1]:40002' '( dst [2001:db8::1]:443 or dst [2001:db8::1]:444 )'",
                "wait: the kernel forgets the closed connection to [2001:db8::1]:443 about 60 s after it was closed",
            ])
        let mixed = steps {
            $0.isHeld(.source, on: "127.0.0.1", peer: "192.0.2.1:443", unit: nil)
            $0.isHeld(.timeWait, on: "127.0.0.1", peer: "192.0.2.1:444")
        }
        #expect(
            mixed.prefix(2) == [
                "ss -K -t src 127.0.0.1:40002 dst 192.0.2.1:443",
                "ss -K -t state time-wait src 127.0.0.1:40002 dst 192.0.2.1:444",
            ])
    }

    @Test("A server on another address is no part of the trouble of a self-connection") func otherServer() {
        let steps = steps {
            $0.isHeld(.selfConnected, on: "127.0.0.1", unit: nil)
            $0.isHeld(.listening, on: "127.0.0.2", unit: "other.service")
            $0.server = .any
        }
        #expect(steps == ["ss -K -t src 127.0.0.1:40002 dst 127.0.0.1:40002"])
    }

    @Test("A self-connection is not all that keeps a server from its port") func besides() {
        let steps = steps {
            $0.isHeld(.source, on: "127.0.0.2", peer: "192.0.2.1:443", unit: nil)
            $0.isHeld(.selfConnected, on: "127.0.0.1", unit: nil)
            $0.server = .any
        }
        #expect(
            steps == [
                "ss -K -t src 127.0.0.1:40002 dst 127.0.0.1:40002", "ss -K -t src 127.0.0.2:40002 dst 192.0.2.1:443",
            ])
    }

    @Test("What has no step of its own is counted") func more() {
        let steps = steps {
            for last in 1...6 { $0.isHeld(.source, on: "127.0.0.\(last)", unit: nil) }
            for index in $0.holders.indices { $0.holders[index].pid = 812 }
            $0.server = .any
        }
        #expect(steps.count == 6 && steps.filter { $0.hasPrefix("ss -K") }.count == 4)
        #expect(steps.suffix(2) == ["kill 812", "probe the port again after these steps: 2 more are left"])
    }

    @Test("A socket that is only bound is freed by its owner alone") func bound() {
        let holder = Scenario("127.0.0.1:40002") { $0.isHeld(.bound, on: "127.0.0.1", unit: "hdfs.service") }.holders[0]
        #expect(holder.stepsToFree == [.restart(unit: "hdfs.service")])
        let group = RemedyStep.steps(toFree: [holder, holder])
        #expect(group == [.restart(unit: "hdfs.service")], "there is no connection that ss could close")
    }

    @Test("The command for another namespace runs in it, and names are quoted for the shell") func foreign() {
        let steps = finding("[::1]:40002") {
            $0.isHeld(.source, on: "::1", peer: "[2001:db8::1]:443", unit: "a b.service")
        }
        .steps.map { $0.text(in: "it's") }
        let path = "'/run/netns/it'\\''s'"
        #expect(
            steps == [
                "nsenter --net=\(path) ss -K -t src '[::1]:40002' dst '[2001:db8::1]:443'",
                "systemctl restart 'a b.service'",
            ])
    }

    @Test(
        "A label that its creator chose is nothing but a comment, of one line", arguments: ["x", "\n", "$(id)", "`id`"])
    func label(_ name: String) {
        let command = NamespaceName.shell("true", in: "unit:a\(name)b.service@1000")
        #expect(command.hasPrefix("nsenter --net=/proc/PID/ns/net true # PID: a process of "))
        #expect(!command.contains("\n"))
        let label = command.split(separator: " of ").last ?? ""
        #expect(name == "x" ? label == "unit:axb.service@1000" : label.hasPrefix("'") && label.hasSuffix("'"))
    }

    @Test("No name breaks the line of a command") func oneLine() {
        let steps = finding {
            $0.isHeld(.source, on: "127.0.0.1", unit: "a\nb.service")
            $0.holders[0].pid = 812
        }
        .steps.map { $0.text(in: "/run/a\nb") }
        #expect(steps.count == 2 && steps.allSatisfy { !$0.contains("\n") }, "\(steps)")
        #expect(steps.last == "kill 812")
    }

    @Test("A target without a current problem has no steps") func none() {
        #expect(steps { $0.allSaw(.selfConnected) }.isEmpty)
        #expect(steps { $0.isHeld(.listening, on: "127.0.0.1") }.isEmpty)
    }

    private func steps(_ change: (inout Scenario) -> Void) -> [String] {
        finding(change: change).steps.map { $0.text(in: nil) }
    }

    private func finding(_ endpoint: String = "127.0.0.1:40002", change: (inout Scenario) -> Void) -> Finding {
        let scenario = Scenario(endpoint, change)
        return Finding(
            Target(name: "t", endpoint: scenario.endpoint), at: Timestamp(nanoseconds: 0), evidence: scenario.evidence)
    }
}
