// A line-by-line model of the kernel's port choice, to verify the formulas of LoopOdds. Names and order are those of
// __inet_hash_connect (net/ipv4/inet_hashtables.c) and inet_csk_find_open_port (net/ipv4/inet_connection_sock.c) of
// Linux 6.18, without locking, hashing and address checks.

import SelfConnect
import TestSupport

/// A client of one kind that requests one port after another.
struct KernelChoice {
    private let kind: ClientKind
    private let range: PortRange
    private let isSafeToLoop: [Bool]
    private let reusesAddress: Bool
    private let stepWidth: Int
    private var perturbation: Int
    private var generator: SeededGenerator

    /// A client with a random salt, which determines the start of its walk.
    init(
        _ kind: ClientKind, _ range: PortRange, blocked: PortSet, reusesAddress: Bool = false, stepWidth: Int = 0,
        generator: SeededGenerator
    ) {
        self.kind = kind
        self.range = range
        self.reusesAddress = reusesAddress
        self.stepWidth = stepWidth
        self.generator = generator
        isSafeToLoop = range.ports.map { !blocked.contains($0) }
        perturbation = 0
        renewSalt()
    }

    /// Happens every ten seconds, and for each new destination.
    mutating func renewSalt() {
        perturbation = Int.random(in: 0..<1 << 30, using: &generator)
    }

    /// The port of the next socket; nil: EADDRNOTAVAIL.
    mutating func next() -> UInt16? {
        kind == .bind ? findOpenPort() : hashConnect()
    }

    private mutating func hashConnect() -> UInt16? {
        let localPorts = kind == .range
        let step = localPorts ? 1 : 2
        let low = Int(range.first)
        let high = Int(range.last) + 1
        var remaining = high - low
        if !localPorts && remaining > 1 { remaining &= ~1 }
        var offset = perturbation % remaining
        if !localPorts { offset &= ~1 }
        let scanStep = step * randomStep(remaining / step)
        while true {
            if let (port, passed) = scan(low + offset, remaining, step, scanStep, below: high) {
                let advance = max(passed, Int.random(in: 0..<8, using: &generator) * step)
                perturbation += advance + step
                return port
            }
            offset += 1
            guard !localPorts, offset & 1 == 1, remaining > 1 else { return nil }
        }
    }

    /// ip_local_port_step_width, in kernels that have it.
    private mutating func randomStep(_ range: Int) -> Int {
        guard stepWidth > 0, range > 0 else { return 1 }
        let bound = min(range, stepWidth)
        var step = Int.random(in: 1...bound, using: &generator)
        while Self.commonDivisor(step, range) != 1 {
            step += step % 2 == 1 && range % 2 == 0 ? 2 : 1
            guard step <= bound else { return 1 }
        }
        return step
    }

    private static func commonDivisor(_ first: Int, _ second: Int) -> Int {
        second == 0 ? first : commonDivisor(second, first % second)
    }

    private mutating func findOpenPort() -> UInt16? {
        let low = Int(range.first)
        let high = Int(range.last) + 1
        guard reusesAddress, high - low >= 4 else { return findOpenPort(low, high) }
        let half = low + (high - low) / 4 * 2
        return findOpenPort(low, half) ?? findOpenPort(half, high)
    }

    private mutating func findOpenPort(_ low: Int, _ high: Int) -> UInt16? {
        var remaining = high - low
        if remaining > 1 { remaining &= ~1 }
        var offset = Int.random(in: 0..<remaining, using: &generator) | 1
        while true {
            if let (port, _) = scan(low + offset, remaining, 2, 2, below: high) { return port }
            offset -= 1
            guard offset & 1 == 0 else { return nil }
        }
    }

    private func scan(
        _ start: Int, _ remaining: Int, _ step: Int, _ scanStep: Int, below high: Int
    ) -> (port: UInt16, passed: Int)? {
        var port = start
        for passed in stride(from: 0, to: remaining, by: step) {
            if port >= high { port -= remaining }
            if isSafeToLoop[port - Int(range.first)] { return (UInt16(port), passed) }
            port += scanStep
        }
        return nil
    }
}
