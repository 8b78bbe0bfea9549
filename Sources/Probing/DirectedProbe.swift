// A definite result from one attempt: the kernel's choice of the port is restricted to the port itself, and the probe
// does what a client of a kind does. The kernel responds as it would if such a client happened to get that port.

import Glibc
package import Linux
package import SelfConnect

/// One attempt as one kind of client, with the kernel's port choice restricted to the target's port.
///
/// Its sockets are reused for the next attempt: creating them takes as long as an attempt.
package struct DirectedProbe: ~Copyable {
    /// Time limit of the attempt.
    package var timeout: Duration
    private var sockets = ProbeSockets()

    /// A probe with this time limit.
    package init(timeout: Duration) {
        self.timeout = timeout
    }

    /// Probes an endpoint.
    ///
    /// Skipped if it is not harmless: outside the range the kernel ignores the option, and the attempt would be a
    /// normal connection to any listener of the port; to a remote address, it would leave the host.
    ///
    /// - Throws: if descriptors or memory have run out, which is not an observation.
    package mutating func run(
        _ kind: ClientKind, to endpoint: Endpoint, kernel: KernelFacts, address: AddressFacts
    ) throws(SystemCallError) -> Observation {
        let start = Clock.monotonic
        var observation = Observation(client: kind, outcome: .skipped, at: Clock.wall)
        guard kernel.directedProbe else { return observation.skipped("this kernel has no IP_LOCAL_PORT_RANGE") }
        guard kernel.ephemeralRange.contains(endpoint.port) else {
            return observation.skipped("the port is outside the ephemeral range")
        }
        guard address.isOwn else { return observation.skipped("the address is not the host's own") }
        try attempt(kind, endpoint, &observation)
        // If the host's queue of packets to itself overflows, a single SYN is lost; a filter drops the second one as
        // well.
        if observation.outcome == .timedOut { try attempt(kind, endpoint, &observation) }
        observation.elapsed = Clock.monotonic - start
        return observation
    }

    private mutating func attempt(
        _ kind: ClientKind, _ endpoint: Endpoint, _ observation: inout Observation
    ) throws(SystemCallError) {
        do throws(SystemCallError) {
            let result = try sockets.attempt(kind, to: endpoint, within: timeout) { observation.attempts += 1 }
            observation.error = nil
            observation.record(result)
        } catch {
            guard !error.isResourceExhaustion else { throw error }
            observation.record(error)
        }
    }
}

extension Observation {
    func skipped(_ reason: String) -> Observation {
        var observation = self
        observation.outcome = .skipped
        observation.detail = reason
        return observation
    }

    /// Records the outcome of a connection.
    mutating func record(_ connection: TCPSocket.Connection) {
        local = connection.local
        peer = connection.peer
        outcome = connection.isToItself ? .selfConnected : .reachedListener
    }

    /// Records the outcome of an error. bind() returns EADDRINUSE if the port is not available, and EADDRNOTAVAIL if
    /// the address does not exist.
    mutating func record(_ error: SystemCallError) {
        self.error = error.name
        switch error.code {
        case ECONNREFUSED: outcome = .refused
        case EADDRINUSE: outcome = .notAvailable
        case EADDRNOTAVAIL where error.operation == "connect": outcome = .notAvailable
        case EINPROGRESS, EALREADY, ETIMEDOUT: outcome = .timedOut
        default:
            outcome = .failed
            detail = error.description
        }
    }
}
