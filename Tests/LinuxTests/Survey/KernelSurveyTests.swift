import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite struct KernelSurveyTests {
    private static let range = "net/ipv4/ip_local_port_range"
    private static let reserved = "net/ipv4/ip_local_reserved_ports"
    private static let step = "net/ipv4/ip_local_port_step_width"
    private static let autobind = "net/ipv4/ip_autobind_reuse"

    @Test(
        "The range is two ports with white space between them",
        arguments: [
            ("32768\t60999\n", PortRange(32768, 60999)), ("1024 65535\n", PortRange(1024, 65535)),
            ("  40000 \t 40000", PortRange(40000, 40000)),
        ])
    func goodRange(text: String, range: PortRange) throws {
        #expect(try read([Self.range: text]).ephemeralRange == range)
    }

    @Test(
        "An invalid range is an error with the file and the contents",
        arguments: ["", "\n", "32768", "60999 32768", "32768 60999 1", "x y", "-1 5", "1 65536", "\u{0}\u{0}"])
    func badRange(text: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Array(text.utf8), to: Self.range)
        let error = #expect(throws: SystemCallError.self) { try KernelSurvey(root: folder.path).read() }
        #expect(error?.subject.hasPrefix("\(path): unexpected contents “") == true)
        #expect(error?.code == EBADMSG)
    }

    @Test("Octets that are not text are an error, not a crash") func garbage() throws {
        let folder = try TemporaryFolder()
        try folder.write([UInt8](repeating: 0xFE, count: 5000), to: Self.range)
        #expect(throws: SystemCallError.self) { try KernelSurvey(root: folder.path).read() }
    }

    @Test("A missing range is an error that names the file") func missingRange() throws {
        let folder = try TemporaryFolder()
        let error = SystemCallError("open", "\(folder.path)/\(Self.range)", code: ENOENT)
        #expect(throws: error) { try KernelSurvey(root: folder.path).read() }
    }

    @Test(
        "The reserved ports are a list, which may be empty or missing",
        arguments: [
            ("\n", ""), ("", ""), ("40500-40509\n", "40500-40509"), ("1,2-4,10-10\n", "1-4,10"), (nil, ""),
        ] as [(String?, String)])
    func reserved(text: String?, ports: String) throws {
        var files = [Self.range: "1 2"]
        files[Self.reserved] = text
        #expect(try read(files).reservedPorts == PortSet(ports))
    }

    @Test("An invalid reserved list is an error, not an empty list")
    func badReserved() {
        #expect(throws: SystemCallError.self) { try read([Self.range: "1 2", Self.reserved: "1,,x"]) }
    }

    @Test(
        "The step width is read if the kernel has it",
        arguments: [(nil, nil), ("0\n", nil), ("7\n", 7)] as [(String?, Int?)])
    func stepWidth(text: String?, step: Int?) throws {
        var files = [Self.range: "1 2"]
        files[Self.step] = text
        #expect(try read(files).stepWidth == step)
    }

    @Test(
        "net.ipv4.ip_autobind_reuse is read",
        arguments: [(nil, false), ("0\n", false), ("1\n", true)] as [(String?, Bool)])
    func autobindReuse(text: String?, reuses: Bool) throws {
        var files = [Self.range: "1 2"]
        files[Self.autobind] = text
        #expect(try read(files).autobindReuse == reuses)
    }

    @Test(
        "The facts in a namespace follow its sysctls",
        .enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
    func namespace() throws {
        let (before, after) = try PrivateNetwork.run {
            let survey = KernelSurvey()
            let before = try survey.read()
            try PrivateNetwork.write("1024 65535", to: Self.range)
            try PrivateNetwork.write("", to: Self.reserved)
            return (before, try survey.read())
        }
        #expect(before.ephemeralRange == PortRange(40000, 41000))
        #expect(before.reservedPorts == PortSet([PortRange(40500, 40509)]))
        #expect(before.sockets == .sockDiag)
        #expect(!before.release.isEmpty)
        #expect(after.ephemeralRange == PortRange(1024, 65535))
        #expect(after.reservedPorts.isEmpty)
    }

    @Test("Support for IP_LOCAL_PORT_RANGE is detected", .enabled(if: PrivateNetwork.isAvailable))
    func directedProbe() throws {
        let (fact, takes) = try PrivateNetwork.run {
            let socket = try PlainSocket(for: .loopback4)
            return (KernelSurvey().directedProbeFact, (try? socket.choosePort(from: PortRange(40000, 40000))) != nil)
        }
        #expect(fact == takes)
    }

    @Test(
        "Without a socket for the detection, support for IP_LOCAL_PORT_RANGE is unknown",
        .enabled(if: PrivateNetwork.isAvailable))
    func noSocket() throws {
        let facts = try PrivateNetwork.run {
            try SystemCallRefusal.begin([.socket(AF_INET)], with: EMFILE)
            return try KernelSurvey().read()
        }
        #expect(!facts.directedProbe && facts.isDirectedProbeUnknown)
        #expect(facts.clientKinds.contains(.range) && !facts.restoresPortState)
    }

    @Test(
        "The state of a port after a bind() beside its connection is as detected",
        .enabled(if: PrivateNetwork.isAvailable))
    func portState() throws {
        let (fact, isRestored) = try PrivateNetwork.run {
            let fact = try KernelSurvey().read().restoresPortState
            let server = try PlainSocket.listener(on: Endpoint(.unspecified4, 30000))
            let sockets = try (0..<2).map { _ in try PlainSocket(for: .loopback4) }
            try sockets[0].connect(to: Endpoint(.loopback4, 30000), from: PortRange(40002, 40002))
            _ = try PlainSocket.listener(on: Endpoint("127.0.0.9:40002"), reusesAddress: true)
            let other = try Endpoint("127.0.0.2:30000")
            let isRestored = (try? sockets[1].connect(to: other, from: PortRange(40002, 40002))) != nil
            return withExtendedLifetime((server, sockets)) { (fact, isRestored) }
        }
        #expect(fact == isRestored)
    }

    @Test(
        "The detected port walk of range clients is the one that they get",
        .enabled(if: PrivateNetwork.isAvailable), arguments: [PortRange(40000, 40019), PortRange(40001, 40019)])
    func rangeParity(range: PortRange) throws {
        let (fact, ports) = try PrivateNetwork.run(range: range, reserved: "") { () throws -> (KernelFacts, [UInt16]) in
            let fact = try KernelSurvey().read()
            guard fact.directedProbe else { return (fact, []) }
            let ports = try (0..<400).map { _ -> UInt16 in
                let client = try TCPSocket(for: .loopback4)
                try client.setLocalPortRange(PortRange(1, 65535))
                _ = try? client.connect(to: try SocketAddress(.loopback4, port: 1))
                return try client.localEndpoint().port
            }
            return (fact, ports)
        }
        let others = ports.count { $0 % 2 != range.first % 2 }
        switch fact.rangeWalksBothParities {
        case true?: #expect(others > 100)
        case false?: #expect(others == 0 && fact.directedProbe)
        case nil: #expect(!fact.directedProbe)
        }
    }

    @Test("The detection sends nothing", .enabled(if: PrivateNetwork.isAvailable)) func silence() throws {
        let (before, after) = try PrivateNetwork.run {
            let before = try KernelFile.text("/proc/thread-self/net/dev")
            _ = RangeParityExperiment.walksBothParities(in: PortRange(40000, 41000))
            return (before, try KernelFile.text("/proc/thread-self/net/dev"))
        }
        #expect(before.contains("lo:") && before == after)
    }

    @Test("The detection is skipped if ports are reserved, the range has one port, or Fast Open is disabled")
    func rangeParityUnknown() throws {
        let range = PortRange(40000, 40019)
        let odd = stride(from: 40001, through: 40019, by: 2).map { "\($0)" }.joined(separator: ",")
        let answers = try [("40000-40019", "1"), (odd, "1"), ("", "0")].map { reserved, fastOpen in
            try PrivateNetwork.run(range: range, reserved: reserved) {
                try PrivateNetwork.write(fastOpen, to: "net/ipv4/tcp_fastopen")
                return RangeParityExperiment.walksBothParities(in: range)
            }
        }
        #expect(answers == [nil, nil, nil])
        #expect(RangeParityExperiment.walksBothParities(in: PortRange(40000, 40000)) == nil)
    }

    private func read(_ files: [String: String]) throws -> KernelFacts {
        let folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(Array(text.utf8), to: name) }
        return try KernelSurvey(root: folder.path).read()
    }
}

extension KernelSurvey {
    fileprivate var directedProbeFact: Bool? { try? read().directedProbe }
}
