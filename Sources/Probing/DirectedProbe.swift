// Certainty in one attempt: the kernel's own choice of port, narrowed to the one port in question, and then what a
// client of a kind does. The kernel answers as it would have answered that client on the day it drew that port.

import Glibc
package import Linux
package import SelfConnect

/// One attempt as one kind of client, with the kernel's port choice narrowed to the target's port.
///
/// Its sockets are used again for the next attempt: to make them costs as much as an attempt.
package struct DirectedProbe: ~Copyable {
    /// The bound on the attempt.
    package var timeout: Duration
    private var sockets = ProbeSockets()

    /// A probe with this bound.
    package init(timeout: Duration) {
        self.timeout = timeout
    }

    /// Probes an endpoint.
    ///
    /// Only where it is harmless: outside the range the kernel ignores the option and the attempt would be an
    /// ordinary connection to whoever listens there; to an address that is not the host's own, it would leave the
    /// machine. There it is skipped.
    ///
    /// - Throws: that descriptors or memory have run out, which is no observation.
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
        // On a host whose queue of packets to itself runs over, a single SYN gets lost: a filter drops the next as well.
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

    /// What a connection means.
    mutating func record(_ connection: TCPSocket.Connection) {
        local = connection.local
        peer = connection.peer
        outcome = connection.isToItself ? .selfConnected : .reachedListener
    }

    /// What an error of a probe's connect() means; bind() says EADDRINUSE for a port that it cannot have, and
    /// EADDRNOTAVAIL for an address that is not there.
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
