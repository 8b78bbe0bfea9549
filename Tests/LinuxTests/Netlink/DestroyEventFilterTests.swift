import CLinux
import SelfConnect
import Testing

@testable import Linux

/// The filter as the kernel runs it, by an interpreter; `DestroyEventSocketTests` has it run by the kernel.
@Suite struct DestroyEventFilterTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let own: Endpoint
        let peer: Endpoint
        let passes: Bool

        init(_ description: String, _ own: String, _ peer: String, passes: Bool) {
            guard let own = try? Endpoint(own) else { preconditionFailure("an endpoint: \(own)") }
            testDescription = description
            self.own = own
            // A text cannot name port 0.
            self.peer =
                (try? Endpoint(peer))
                ?? Endpoint(own.address.isIPv6 ? .v6(IPv6Address(high: 0, low: 0)) : .v4(IPv4Address(bits: 0)), 0)
            self.passes = passes
        }
    }

    private static let filter = DestroyEventFilter(
        passing: PortSet([PortRange(40000, 41000), PortRange(9293, 9293), PortRange(50051, 50051)]))

    static let rows = [
        Row("a server in the range", "127.0.0.1:40100", "-", passes: true),
        Row("the first port of the range", "127.0.0.1:40000", "-", passes: true),
        Row("the last port of the range", "[::]:41000", "-", passes: true),
        Row("the port before it", "127.0.0.1:39999", "-", passes: false),
        Row("the port behind it", "127.0.0.1:41001", "-", passes: false),
        Row("a server on a target's port", "[::1]:50051", "-", passes: true),
        Row("a server on a port below all", "127.0.0.1:22", "-", passes: false),
        Row("a self-connection", "127.0.0.1:40100", "127.0.0.1:40100", passes: true),
        Row("a self-connection on IPv6", "[fd00::7:1]:40100", "[fd00::7:1]:40100", passes: true),
        Row("a self-connection on another port", "127.0.0.1:30000", "127.0.0.1:30000", passes: false),
        Row("equal ports of two addresses", "127.0.0.1:40100", "127.0.0.2:40100", passes: false),
        Row("addresses that differ in the last word", "[fd00::1]:40100", "[fd00::2]:40100", passes: false),
        Row("addresses that differ in the first word", "[fd00::1]:40100", "[fe00::1]:40100", passes: false),
        Row("a connection", "127.0.0.1:40100", "127.0.0.1:8080", passes: false),
        Row("a server's connection", "127.0.0.1:50051", "10.0.0.9:40100", passes: false),
    ]

    @Test("The filter passes the ends of listeners and self-connections on the ports", arguments: rows)
    func rules(row: Row) {
        #expect(Self.passes(Self.filter, row.own, row.peer) == row.passes)
    }

    @Test("The filter drops a refused attempt, which has a peer address and no peer port") func refused() {
        #expect(!Self.passes(Self.filter, Endpoint(.loopback4, 40100), Endpoint(.loopback4, 0)))
        #expect(!Self.passes(Self.filter, Endpoint(.loopback6, 40100), Endpoint(.loopback6, 0)))
    }

    @Test("A filter without ports passes nothing") func noPorts() {
        #expect(!Self.passes(DestroyEventFilter(passing: PortSet()), Endpoint(.loopback4, 40100), Self.noPeer))
    }

    @Test("With more ranges than a program can hold, all ports pass, and some between the last ranges")
    func manyRanges() {
        let ports = PortSet(ports: stride(from: UInt16(2), to: 60_000, by: 2))
        let filter = DestroyEventFilter(passing: ports)
        let most = DestroyEventFilter(passing: PortSet(ports: stride(from: UInt16(2), through: 2000, by: 2)))
        #expect(filter.instructions.count == most.instructions.count && most.instructions.count <= 4096)
        let examples = Set(stride(from: UInt16(1), to: 60_000, by: 97)).union(1980...2020)
        for port in examples where ports.contains(port) || port < 2000 {
            #expect(Self.passes(filter, Endpoint(.loopback4, port), Self.noPeer) == ports.contains(port))
        }
    }

    private static let noPeer = Endpoint(.v4(IPv4Address(bits: 0)), 0)

    /// Runs the program on a message about a socket with these names.
    private static func passes(_ filter: DestroyEventFilter, _ own: Endpoint, _ peer: Endpoint) -> Bool {
        var message = [UInt8](repeating: 0xEE, count: 20)
        message += own.port.bigEndian.octets + peer.port.bigEndian.octets
        message += octets(of: own.address) + octets(of: peer.address)
        return run(filter.instructions, on: message) != 0
    }

    private static func octets(of address: IPAddress) -> [UInt8] {
        let octets =
            switch address {
            case .v4(let address): address.bits.bigEndian.octets
            case .v6(let address): address.high.bigEndian.octets + address.low.bigEndian.octets
            }
        return octets + [UInt8](repeating: 0, count: 16 - octets.count)
    }

    /// The instructions that the filter uses, as bpf(4) of BSD describes them.
    private static func run(_ program: [DestroyEventFilter.Instruction], on packet: [UInt8]) -> UInt32 {
        var (accumulator, index) = (UInt32(0), UInt32(0))
        var counter = 0
        while true {
            let instruction = program[counter]
            counter += 1
            func jump(_ isTrue: Bool) {
                counter += Int(isTrue ? instruction.whenTrue : instruction.whenFalse)
            }
            let offset = Int(instruction.value)
            switch Int32(instruction.code) {
            case BPF_LD | BPF_H | BPF_ABS: accumulator = UInt32(packet[offset]) << 8 | UInt32(packet[offset + 1])
            case BPF_LD | BPF_W | BPF_ABS:
                accumulator = packet[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
            case BPF_MISC | BPF_TAX: index = accumulator
            case BPF_JMP | BPF_JA: counter += offset
            case BPF_JMP | BPF_JEQ | BPF_K: jump(accumulator == instruction.value)
            case BPF_JMP | BPF_JEQ | BPF_X: jump(accumulator == index)
            case BPF_JMP | BPF_JGE | BPF_K: jump(accumulator >= instruction.value)
            case BPF_JMP | BPF_JGT | BPF_K: jump(accumulator > instruction.value)
            case BPF_RET | BPF_K: return instruction.value
            default: preconditionFailure("instruction \(instruction)")
            }
        }
    }
}
