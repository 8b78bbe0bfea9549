/// The method of a probe.
package enum ProbeMethod: String, CaseIterable, Hashable, Sendable {
    /// One attempt, with the kernel's choice restricted to the port.
    case directed
    /// The loop probe: repeated attempts with the kernel's unrestricted choice.
    case loop
}

/// The result of a probe.
package struct Observation: Hashable, Sendable {
    /// How a probe ended.
    package enum Outcome: String, CaseIterable, Hashable, Sendable {
        /// Connected to itself: local and remote end are equal.
        case selfConnected = "self-connected"
        /// ECONNREFUSED: the kernel chose another source address or port.
        case refused
        /// EADDRNOTAVAIL or EADDRINUSE: the port is reserved or held. No packet was sent.
        case notAvailable = "not-available"
        /// Connected to another socket; reset at once.
        case reachedListener = "reached-listener"
        /// No response within the timeout.
        case timedOut = "timed-out"
        /// A loop that reached the end of its plan.
        case exhausted
        /// Not attempted; `detail` gives the reason.
        case skipped
        /// Another error.
        case failed
    }

    /// The client kind.
    package var client: ClientKind
    /// The outcome.
    package var outcome: Outcome
    /// When the probe started.
    package var at: Timestamp
    /// Number of connect() calls.
    package var attempts: Int
    /// Duration, including pauses between attempts.
    package var elapsed: Duration
    /// The local end of the connection, if there was one.
    package var local: Endpoint?
    /// The remote end.
    package var peer: Endpoint?
    /// The error's name, such as `EPERM`.
    package var error: String?
    /// Why it was skipped or failed, a sentence fragment.
    package var detail: String?

    /// Memberwise initializer.
    package init(
        client: ClientKind, outcome: Outcome, at: Timestamp, attempts: Int = 0, elapsed: Duration = .zero,
        local: Endpoint? = nil, peer: Endpoint? = nil, error: String? = nil, detail: String? = nil
    ) {
        self.client = client
        self.outcome = outcome
        self.at = at
        self.attempts = attempts
        self.elapsed = elapsed
        self.local = local
        self.peer = peer
        self.error = error
        self.detail = detail
    }

    /// Whether the probe was not conclusive.
    package var isHindered: Bool {
        outcome == .timedOut || outcome == .failed || outcome == .reachedListener
    }
}
