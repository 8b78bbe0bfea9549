// The loop probe: connects repeatedly, like a reconnecting client, until it self-connects. It demonstrates on the
// running kernel what the directed probe proves with one attempt, and how many attempts that takes.
//
// It runs in slices, so that the caller can limit its rate, check for new listeners, and stop it.

import Glibc
package import Linux
package import SelfConnect

/// A running loop probe.
package struct LoopProbe: ~Copyable {
    /// The endpoint to connect to.
    package let endpoint: Endpoint
    /// Its limits.
    package let plan: ProbePlan
    private let peer: SocketAddress
    private var socket: TCPSocket?
    private let start: Duration
    private var observation: Observation
    /// Whether an attempt has timed out; a second timeout ends the loop.
    private var hasTimedOut = false

    /// Prepares a loop; sends nothing.
    package init(to endpoint: Endpoint, plan: ProbePlan) throws(SystemCallError) {
        self.endpoint = endpoint
        self.plan = plan
        peer = try SocketAddress(endpoint)
        start = Clock.monotonic
        observation = Observation(client: plan.client, outcome: .exhausted, at: Clock.wall)
    }

    /// Number of connect() calls so far.
    package var attempts: Int { observation.attempts }

    /// Makes at most `limit` attempts; returns the observation when the loop has ended.
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

    /// Ends the loop early.
    package mutating func stop(_ outcome: Observation.Outcome, because detail: String) -> Observation {
        observation.detail = detail
        return end(outcome)
    }

    /// Keeps the self-connection open until `body` returns, so that ss and lsof show it.
    package borrowing func hold(_ body: () -> Void) {
        body()
    }

    /// A failed connect() releases the port, and the next one gets another.
    private mutating func advanceWithOneSocket(_ limit: Int) throws(SystemCallError) -> Observation? {
        if socket == nil { socket = try makeSocket() }
        guard let (count, result) = socket?.connectRepeatedly(to: peer, atMost: limit) else { return nil }
        observation.attempts += count
        return try evaluate(result)
    }

    /// bind() chooses the port again before each attempt.
    private mutating func advanceWithNewPorts(_ limit: Int) throws(SystemCallError) -> Observation? {
        for _ in 0..<limit {
            // A refused connect() has released the port; a new socket is already bound.
            if socket == nil { socket = try makeSocket() } else { try socket?.bind(to: endpoint.address) }
            guard let (count, result) = socket?.connectRepeatedly(to: peer, atMost: 1) else { return nil }
            observation.attempts += count
            if let ended = try evaluate(result) { return ended }
        }
        return nil
    }

    private func makeSocket() throws(SystemCallError) -> TCPSocket {
        // A client of kind `range` with the widest possible range: the kernel limits it to the ephemeral range.
        let ports = plan.client.setsPortRange ? PortRange(1, 65535) : nil
        return try LoopSocket.make(plan.client, to: endpoint.address, ports: ports, timeout: plan.attemptTimeout)
    }

    private mutating func evaluate(_ result: TCPSocket.LoopEnd) throws(SystemCallError) -> Observation? {
        switch result {
        case .refused: return nil
        case .failed(EINPROGRESS) where !hasTimedOut:
            // A single SYN may be lost; this socket still waits for a response, so the next attempt uses another one.
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
        // A self-connection is kept for `hold`; any other connection is reset at once.
        if outcome != .selfConnected { socket = nil }
        return observation
    }
}
