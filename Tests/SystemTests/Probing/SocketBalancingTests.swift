import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// Programs behind a socket load balancer such as Cilium: eBPF programs redirect their connections to another port.
/// They are attached to a control group that only contains the program under test. The range is 40000-41000.
@Suite(
    .enabled(if: RedirectedService.isAvailable, "\(RedirectedService.hindrance ?? "")"),
    .enabled(if: PortRewriting.isAvailable, "\(PortRewriting.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct SocketBalancingTests {
    private static func inGroup(
        hidesPeer: Bool, range: PortRange = PortRange(40000, 41000), reserved: String = "40500-40509",
        listens: Bool = true, _ body: @escaping @Sendable (ScratchControlGroup, RedirectedService) throws -> Void
    ) throws {
        try PrivateNetwork.run(range: range, reserved: reserved) {
            let service = try RedirectedService(listens: listens)
            let group = try ScratchControlGroup("")
            let rewriting = try PortRewriting(
                in: group, from: 40001, to: RedirectedService.port, hidesPeer: hidesPeer)
            try body(group, service)
            withExtendedLifetime(rewriting) {}
        }
    }

    private static func run(_ arguments: [String], in group: ScratchControlGroup) throws -> Program.Outcome {
        let words = group.command([Binary.path] + arguments)
        return try Program.run(words[0], Array(words.dropFirst()))
    }

    @Test("A probe detects a redirected port with one SYN and without a connection", arguments: [false, true])
    func probe(hidesPeer: Bool) throws {
        try Self.inGroup(hidesPeer: hidesPeer) { group, service in
            for endpoint in ["127.0.0.1:40001", "[::1]:40001"] {
                let syns = try service.synCount()
                let outcome = try Self.run(["probe", "--json", endpoint], in: group)
                let answer: TargetsAnswer = try Answer.decoded(outcome.output)
                let target = try #require(answer.targets.first)
                #expect(target.verdict == "redirected" && target.severity == "notice", "\(target.reason)")
                #expect(target.directed?.map(\.outcome) == ["reached-listener"])
                #expect(try service.synCount() == syns + 1)
            }
            #expect(!service.isReached)
            // The programs redirect no other process.
            let outcome = try Program.run(Binary.path, ["probe", "--json", "127.0.0.1:40001"])
            let answer: TargetsAnswer = try Answer.decoded(outcome.output)
            #expect(answer.targets.map(\.verdict) == ["susceptible"])
        }
    }

    @Test("No command gives the service a connection", arguments: [false, true]) func commands(hidesPeer: Bool) throws {
        try Self.inGroup(hidesPeer: hidesPeer) { group, service in
            for command in [["probe", "--method", "loop", "127.0.0.1:40001"], ["map"], ["scan", "40001"]] {
                let outcome = try Self.run(command + ["--json"], in: group)
                #expect(outcome.output.contains("redirected"), "\(outcome.output)\(outcome.errors)")
                #expect(!outcome.output.contains(#""verdict": "self-connected""#), "\(outcome.output)")
            }
            #expect(!service.isReached)
        }
    }

    @Test("A daemon gives the service no connection either", arguments: [false, true])
    func daemon(hidesPeer: Bool) throws {
        try Self.inGroup(hidesPeer: hidesPeer, range: PortRange(40000, 40199), reserved: "") { group, service in
            let daemon = try RunningDaemon(
                """
                probe: {interval: 500ms, loop: {interval: 1s, cpu: 20%}}
                map: {cpu: 100%}
                targets: [{name: web, ports: 40001}]
                """, wrapper: group.command([]), waitingFor: "/v1/map")
            let syns = try service.synCount()
            Thread.sleep(.seconds(3))
            #expect(try daemon.status().summary.byVerdict["redirected"] == 2)
            #expect(try service.synCount() == syns && !service.isReached)
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test("A check whose connection has equal endpoints reaches the service", arguments: [false, true])
    func check(hidesPeer: Bool) throws {
        try Self.inGroup(
            hidesPeer: hidesPeer, range: PortRange(40001, 40001), reserved: "", listens: false
        ) { group, service in
            let server = try StubServer(
                on: "127.0.0.1:8080", "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n")
            let outcome = try Self.run(["check", "--url", "http://127.0.0.1:40001"], in: group)
            #expect(outcome.output.contains("answered 503"), "\(outcome.output)")
            withExtendedLifetime((service, server)) {}
        }
    }

    @Test(
        "A client that is given the port of its service is not a self-connection", arguments: [false, true])
    func client(hidesPeer: Bool) throws {
        try Self.inGroup(hidesPeer: hidesPeer) { group, service in
            let script = """
                socket(S, PF_INET, SOCK_STREAM, 0) or die $!;
                setsockopt(S, 0, 51, pack("L", 40001 << 16 | 40001)) or die $!;
                connect(S, sockaddr_in(40001, INADDR_LOOPBACK)) or die $!;
                print STDERR join " ", map { (sockaddr_in($_))[0] } getsockname(S), getpeername(S); sleep 60;
                """
            let words = group.command(["perl", "-MSocket", "-e", script])
            let client = try Program(words[0], Array(words.dropFirst()))
            let isConnected = Waiting.holds { client.errors == (hidesPeer ? "40001 40001" : "40001 8080") }
            #expect(isConnected, "\(client.errors)")
            for group in [nil, group] {
                let command = ["scan", "--json", "127.0.0.1:40001"]
                let outcome = try group.map { try Self.run(command, in: $0) } ?? Program.run(Binary.path, command)
                let answer: TargetsAnswer = try Answer.decoded(outcome.output)
                #expect(answer.targets.map(\.verdict) == ["stolen"], "\(outcome.output)")
            }
            #expect(service.isReached)
            withExtendedLifetime(client.process) {}
        }
    }
}
