// The raw socket loop: what a reconnecting client does, until it connects to itself. It shows on the running kernel
// what the directed probe proves in one attempt, and after how many attempts.
//
// It runs in slices, so that its owner can pace it, look whether somebody has begun to listen, and stop it.

import Glibc
package import Linux
package import SelfConnect

/// A loop probe under way.
package struct LoopProbe: ~Copyable {
    /// What it connects to.
    package let endpoint: Endpoint
    /// Its bounds.
    package let plan: ProbePlan
    private let peer: SocketAddress
    private var socket: TCPSocket?
    private let start: Duration
    private var observation: Observation
    /// Whether an attempt got no answer; a second one ends the loop.
    private var hasTimedOut = false

    /// Prepares a loop; nothing is sent yet.
    package init(to endpoint: Endpoint, plan: ProbePlan) throws(SystemCallError) {
        self.endpoint = endpoint
        self.plan = plan
        peer = try SocketAddress(endpoint)
        start = Clock.monotonic
        observation = Observation(client: plan.client, outcome: .exhausted, at: Clock.wall)
    }

    /// How many connect() calls so far.
    package var attempts: Int { observation.attempts }

    /// Makes at most `limit` attempts; what the loop saw, once it has ended.
    package mutating func advance(_ limit: Int) -> Observation? {
        let left = min(limit, plan.attempts - attempts)
        let isSpent = plan.time.map { Clock.monotonic - start >= $0 } ?? false
        guard left > 0, !isSpent else { return end(.exhausted) }
        do throws(SystemCallError) {
            return plan.client.portChoice == .bind ? try advanceWithNewPorts(left) : try advanceWithOneSocket(left)
        } catch {
            observation.record(error)
            return end(observation.outcome)
        }
    }

    /// Ends the loop before its plan does.
    package mutating func stop(_ outcome: Observation.Outcome, because detail: String) -> Observation {
        observation.detail = detail
        return end(outcome)
    }

    /// Keeps the self-connection open until `body` returns, so that ss and lsof show it.
    package borrowing func hold(_ body: () -> Void) {
        body()
    }

    /// A failed connect() gives the port back, and the next one is given another.
    private mutating func advanceWithOneSocket(_ limit: Int) throws(SystemCallError) -> Observation? {
        if socket == nil { socket = try makeSocket() }
        guard let (count, result) = socket?.connectRepeatedly(to: peer, atMost: limit) else { return nil }
        observation.attempts += count
        return try take(result)
    }

    /// bind() chooses the port, anew before each attempt.
    private mutating func advanceWithNewPorts(_ limit: Int) throws(SystemCallError) -> Observation? {
        for _ in 0..<limit {
            // A refused connect() has given the port back, and a new socket is bound already.
            if socket == nil { socket = try makeSocket() } else { try socket?.bind(to: endpoint.address) }
            guard let (count, result) = socket?.connectRepeatedly(to: peer, atMost: 1) else { return nil }
            observation.attempts += count
            if let ended = try take(result) { return ended }
        }
        return nil
    }

    private func makeSocket() throws(SystemCallError) -> TCPSocket {
        // The kind `range` is a client whose own range is the whole: wider than any, the kernel cuts it to its own.
        let ports = plan.client == .range ? PortRange(1, 65535) : nil
        return try LoopSocket.make(plan.client, to: endpoint.address, ports: ports, timeout: plan.attemptTimeout)
    }

    private mutating func take(_ result: TCPSocket.LoopEnd) throws(SystemCallError) -> Observation? {
        switch result {
        case .refused: return nil
        case .failed(EINPROGRESS) where !hasTimedOut:
            // A single SYN can get lost; this socket still waits for its answer, the next one begins anew.
            hasTimedOut = true
            socket = nil
            return nil
        case .failed(let code): throw SystemCallError("connect", "\(endpoint)", code: code)
        case .connected:
            guard let connection = try socket?.connection() else { return nil }
            observation.record(connection)
            return end(observation.outcome)
        }
    }

    private mutating func end(_ outcome: Observation.Outcome) -> Observation {
        observation.outcome = outcome
        observation.elapsed = Clock.monotonic - start
        // A self-connection stays for `hold`; with anybody else it is reset at once.
        if outcome != .selfConnected { socket = nil }
        return observation
    }
}
