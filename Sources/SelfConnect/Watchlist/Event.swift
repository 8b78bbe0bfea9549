/// Something that changed, for whoever asks what happened.
public struct Event: Hashable, Sendable {
    /// What kind of thing.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// A target has another verdict.
        case verdict
        /// The ephemeral range, the reserved ports or the walk have changed.
        case drift
        /// A socket connected to itself has come, on whatever port.
        case selfConnection = "self-connection"
        /// A listener in the range was found, and is watched from now on.
        case discovered
        /// A discovered listener has been gone for so long that it is not watched any more.
        case forgotten
        /// A network namespace in which listeners were watched has gone.
        case namespace
    }

    /// What kind of thing.
    public var kind: Kind
    /// When it was noticed.
    public var at: Timestamp
    /// How much it matters.
    public var severity: Severity
    /// One English sentence.
    public var message: String
    /// The target's name, where it is about one.
    public var target: String?
    /// The endpoint, where it is about one.
    public var endpoint: Endpoint?
    /// The network namespace that it happened in; nil: the daemon's own.
    public var namespace: String?
    /// Whether any local user can cause such events, without limit: those of targets that are not configured.
    public var isByLocalUser = false
    /// The verdict since then.
    public var verdict: Verdict?
    /// The verdict before.
    public var previous: Verdict?

    /// An event as given.
    public init(
        _ kind: Kind, at: Timestamp, severity: Severity, _ message: String, target: String? = nil,
        endpoint: Endpoint? = nil, namespace: String? = nil, verdict: Verdict? = nil, previous: Verdict? = nil
    ) {
        self.kind = kind
        self.at = at
        self.severity = severity
        self.message = message
        self.target = target
        self.endpoint = endpoint
        self.namespace = namespace
        self.verdict = verdict
        self.previous = previous
    }

    /// A target's change of verdict.
    public init(_ change: History.Change, of target: Target) {
        self.init(
            .verdict, at: change.at, severity: change.severity, change.reason, target: target.name,
            endpoint: target.endpoint, namespace: target.namespace, verdict: change.verdict, previous: change.previous)
        isByLocalUser = target.source == .discovered
    }
}
