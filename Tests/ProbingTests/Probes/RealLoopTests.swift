// Compares the odds with the kernel: thousands of loops of real sockets in a private network, and the distribution of
// their attempts beside the one that LoopOdds predicts.
//
// The largest distance between the distributions is compared with the bound of Dvoretzky, Kiefer, Wolfowitz and
// Massart: with n loops it is exceeded by chance with probability 2 exp(-2 n distance²) at most, for any distribution.
// Ten situations with one in 10⁸ each give a false alarm once in ten million runs. The tolerance covers what the
// formulas omit.

import Glibc
import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

/// A range of a hundred ports, some of them in use, and a client kind.
struct LoopSituation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var endpoint = "127.0.0.1:40040"
    var client = ClientKind.connect
    var range = PortRange(40000, 40099)
    var reserved = ""
    /// Ports that sockets are bound to, on these addresses.
    var held: [String] = []
    var reusesAddress = true
    var stepWidth: Int?

    static func every(_ step: Int, from first: Int, through last: Int) -> String {
        stride(from: first, through: last, by: step).map { "\($0)" }.joined(separator: ",")
    }

    static let all: [LoopSituation] = [
        LoopSituation(testDescription: "a port of the lower bound's parity"),
        LoopSituation(testDescription: "bind-late as connect", client: .bindLate),
        LoopSituation(testDescription: "IPv6", endpoint: "[::1]:40040"),
        LoopSituation(testDescription: "behind reserved ports", reserved: "40020-40039"),
        LoopSituation(
            testDescription: "the other parity, the favoured one held", endpoint: "127.0.0.1:40041",
            held: stride(from: 40000, through: 40098, by: 2).map { "127.0.0.9:\($0)" }),
        LoopSituation(
            testDescription: "the top port of an odd number, behind a held one", endpoint: "127.0.0.1:40100",
            range: PortRange(40000, 40100), held: ["127.0.0.1:40098", "127.0.0.1:40096", "127.0.0.1:40094"]),
        LoopSituation(testDescription: "range, the lower bound's parity", client: .range),
        LoopSituation(
            testDescription: "range, the other parity, where the kernel gives it", endpoint: "127.0.0.1:40041",
            client: .range),
        LoopSituation(
            testDescription: "bind, past ports held on its address only", endpoint: "127.0.0.1:40041", client: .bind,
            held: ["127.0.0.1:40035", "127.0.0.1:40037", "127.0.0.1:40039", "127.0.0.9:40033"], reusesAddress: false),
        LoopSituation(
            testDescription: "bind with SO_REUSEADDR in the lower half", endpoint: "127.0.0.1:40041", client: .bind),
        LoopSituation(
            testDescription: "bind, its parity reserved", client: .bind,
            reserved: every(2, from: 40001, through: 40099), reusesAddress: false),
    ]

    static let spaced: [LoopSituation] = [
        LoopSituation(testDescription: "width 4, right behind", reserved: "40020-40039", stepWidth: 4),
        LoopSituation(
            testDescription: "width 4, within reach", endpoint: "127.0.0.1:40044", reserved: "40020-40039", stepWidth: 4
        ),
        LoopSituation(
            testDescription: "width 4, out of reach", endpoint: "127.0.0.1:40046", reserved: "40020-40039", stepWidth: 4
        ),
        LoopSituation(
            testDescription: "width 16", endpoint: "127.0.0.1:40052", reserved: "40020-40039", stepWidth: 16),
        LoopSituation(
            testDescription: "as wide as the range", endpoint: "127.0.0.1:40080", reserved: "40020-40039",
            stepWidth: 1000),
        LoopSituation(testDescription: "width 16, nothing reserved", stepWidth: 16),
        LoopSituation(
            testDescription: "width 4, an odd number of ports", endpoint: "127.0.0.1:40046",
            range: PortRange(40000, 40100), reserved: "40020-40039", stepWidth: 4),
        LoopSituation(
            testDescription: "width 16, held ports, range", endpoint: "127.0.0.1:40045", client: .range,
            held: (40030..<40040).map { "127.0.0.9:\($0)" }, stepWidth: 16),
    ]
}

@Suite(.serialized) struct RealLoopTests {
    /// Number of loops per situation; fewer if time runs out, but enough for a conclusion.
    private static let loops = 200...2000
    private static let time = Duration.milliseconds(1500)
    private static let falseAlarm = 1e-8
    /// The error of the formulas in such a small range.
    private static let tolerance = 0.04

    @Test(
        .enabled(if: PrivateNetwork.isAvailable), .timeLimit(.minutes(5)),
        arguments: LoopSituation.all.filter { $0.client != .range || KernelFeature.hasLocalPortRange })
    func `real loops close after the expected number of attempts`(_ situation: LoopSituation) throws {
        try Self.compare(situation)
    }

    @Test(
        .enabled(if: PrivateNetwork.isAvailable),
        .enabled(if: KernelFeature.hasPortStepWidth, "this kernel has no \(KernelFeature.portStepWidth)"),
        .timeLimit(.minutes(5)),
        arguments: LoopSituation.spaced)
    func `real loops with random steps close after the expected number of attempts`(_ situation: LoopSituation) throws {
        try Self.compare(situation)
    }

    private static func compare(_ situation: LoopSituation) throws {
        let (counts, odds) = try PrivateNetwork.run(range: situation.range, reserved: situation.reserved) {
            if let width = situation.stepWidth { try PrivateNetwork.write("\(width)", to: KernelFeature.portStepWidth) }
            let holders = try situation.held.map { try HeldPort(try Endpoint($0)) }
            defer { extendLifetime(holders) }
            let endpoint = try Endpoint(situation.endpoint)
            var survey = try Survey(timeout: .milliseconds(250))
            let odds = try survey.readState().choice(for: endpoint.address)
                .odds(of: endpoint.port, for: situation.client, reusesAddress: situation.reusesAddress)
            return (odds.level == .likely ? try run(situation, endpoint) : [], odds)
        }
        guard odds.level == .likely else {
            try #require(situation.client == .range, "only these clients depend on the kernel")
            return
        }
        let allowed = (log(2 / falseAlarm) / Double(2 * counts.count)).squareRoot() + tolerance
        let (distance, at) = Self.distance(counts, odds)
        let mean = Double(counts.reduce(0, +)) / Double(counts.count)
        #expect(
            distance < allowed,
            "\(counts.count) loops, mean \(mean), expected \(odds.expectedAttempts ?? 0); after \(at) attempts")
    }

    /// The largest difference between the share of self-connected loops and the prediction. The share increases in
    /// steps, the prediction continuously: so the difference is computed before and after each step.
    private static func distance(_ counts: [Int], _ odds: LoopOdds) -> (distance: Double, attempts: Int) {
        var closed = 0
        var farthest = (0.0, 0)
        func look(after attempts: Int) {
            let share = Double(closed) / Double(counts.count)
            let distance = abs(share - odds.confidence(afterAttempts: attempts))
            if distance > farthest.0 { farthest = (distance, attempts) }
        }
        let sorted = counts.sorted()
        while closed < sorted.count {
            let attempts = sorted[closed]
            look(after: attempts - 1)
            while closed < sorted.count, sorted[closed] == attempts { closed += 1 }
            look(after: attempts)
        }
        return farthest
    }

    /// The attempts of consecutive loops. Before each, some attempts are discarded, so that it starts at a random
    /// position of the walk and not where the previous one ended.
    private static func run(_ situation: LoopSituation, _ endpoint: Endpoint) throws -> [Int] {
        let peer = try SocketAddress(endpoint)
        let end = Clock.monotonic + time
        var counts: [Int] = []
        while counts.count < loops.lowerBound || (counts.count < loops.upperBound && Clock.monotonic < end) {
            if situation.client != .bind {
                for _ in 0..<Int.random(in: 0..<64) {
                    _ = try client(situation, endpoint).connectRepeatedly(to: peer, atMost: 1)
                }
            }
            var attempts = 0
            var isClosed = false
            while !isClosed {
                let socket = try client(situation, endpoint)
                let (count, end) = socket.connectRepeatedly(to: peer, atMost: situation.client == .bind ? 1 : 10_000)
                attempts += count
                isClosed = end == .connected
                if case .failed(let code) = end { throw SystemCallError("connect", "\(endpoint)", code: code) }
                try #require(attempts < 100_000, "a loop that does not close")
            }
            counts.append(attempts)
        }
        return counts
    }

    private static func client(_ situation: LoopSituation, _ endpoint: Endpoint) throws -> TCPSocket {
        let socket = try TCPSocket(for: endpoint.address, reusesAddress: situation.reusesAddress)
        if situation.client == .range { try socket.setLocalPortRange(PortRange(1, 65535)) }
        if situation.client == .bindLate { try socket.setBindAddressNoPort() }
        if situation.client.bindsAddress { try socket.bind(to: endpoint.address) }
        return socket
    }
}

/// A socket that is only bound to a port; a listener if the kernel does not show bound ones.
private final class HeldPort {
    private let descriptor: Descriptor

    init(_ endpoint: Endpoint) throws {
        descriptor = Descriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        guard case .v4(let address) = endpoint.address else { throw SystemCallError("bind", code: EAFNOSUPPORT) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = endpoint.port.bigEndian
        name.sin_addr.s_addr = address.bits.bigEndian
        let number = descriptor.number
        let result = withUnsafePointer(to: name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SystemCallError("bind", "\(endpoint)", code: errno) }
        guard !KernelFeature.showsBoundSockets else { return }
        guard listen(number, 1) == 0 else { throw SystemCallError("listen", "\(endpoint)", code: errno) }
    }
}
