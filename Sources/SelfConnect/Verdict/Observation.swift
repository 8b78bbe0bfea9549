/// How a probe asks the kernel.
public enum ProbeMethod: String, CaseIterable, Hashable, Sendable {
    /// One attempt, the kernel's choice narrowed to the port.
    case directed
    /// The raw socket loop: attempts with the kernel's free choice.
    case loop
}

/// What a probe saw.
public struct Observation: Hashable, Sendable {
    /// How a probe ended.
    public enum Outcome: String, CaseIterable, Hashable, Sendable {
        /// Connected, local == peer.
        case selfConnected = "self-connected"
        /// ECONNREFUSED: the kernel gave another source address or port.
        case refused
        /// EADDRNOTAVAIL or EADDRINUSE: the port is reserved or held. No packet was sent.
        case notAvailable = "not-available"
        /// Connected to somebody else; reset at once.
        case reachedListener = "reached-listener"
        /// No answer within the bound.
        case timedOut = "timed-out"
        /// A loop that reached its plan's end.
        case exhausted
        /// Not tried; the reason says why.
        case skipped
        /// Another error of the kernel.
        case failed
    }

    /// As which kind of client.
    public var client: ClientKind
    /// How it ended.
    public var outcome: Outcome
    /// When.
    public var at: Timestamp
    /// How many connect() calls.
    public var attempts: Int
    /// For how long, pauses between attempts included.
    public var elapsed: Duration
    /// The probe's own end of the connection, where there was one.
    public var local: Endpoint?
    /// The other end.
    public var peer: Endpoint?
    /// The error's name, such as `EPERM`.
    public var error: String?
    /// Why it was skipped, or what failed, in a sentence fragment.
    public var detail: String?

    /// An observation as given.
    public init(
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

    /// Whether something kept the probe from finding out.
    public var isHindered: Bool {
        outcome == .timedOut || outcome == .failed || outcome == .reachedListener
    }
}
