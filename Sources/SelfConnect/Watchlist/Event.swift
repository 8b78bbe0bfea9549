/// A change that is logged and listed.
package struct Event: Hashable, Sendable {
    /// The kind of an event.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// The verdict of a target has changed.
        case verdict
        /// The ephemeral range, the reserved ports or the walk have changed.
        case drift
        /// A new self-connection was found, or one has ended, on any port.
        case selfConnection = "self-connection"
        /// A listener in the range was found and is now watched.
        case discovered
        /// A discovered listener has been gone for so long that it is no longer watched.
        case forgotten
        /// A network namespace in which listeners were watched has gone.
        case namespace
        /// A guard was taken, could not be, or was given up.
        case `guard`
    }

    /// The kind of the event.
    package var kind: Kind
    /// When the change was detected.
    package var at: Timestamp
    /// The severity of the event.
    package var severity: Severity
    /// One English sentence.
    package var message: String
    /// The target's name, if the event is about a target.
    package var target: String?
    /// The endpoint, if the event is about one.
    package var endpoint: Endpoint?
    /// The network namespace of the event; nil: the daemon's own.
    package var namespace: String?
    /// Whether any local user can cause an unlimited number of such events: those of targets that are not configured.
    package var isByLocalUser = false
    /// Whether the event is the end of a self-connection.
    package var hasEnded = false
    /// Bytes of data that this self-connection sent to itself.
    package var bytesSent: UInt64?
    /// The new verdict.
    package var verdict: Verdict?
    /// The previous verdict.
    package var previous: Verdict?

    /// Memberwise initializer.
    package init(
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

    /// The end of a self-connection; `holder` is its owner if a pass saw it.
    package init(endOf connection: DestroyEvent, holder: Holder?, at time: Timestamp) {
        let owner = holder.map { "Its owner was \($0.ownerText)." } ?? "No pass saw it: its owner is not known."
        self.init(
            .selfConnection, at: time, severity: .warning,
            "A socket that was connected to itself on \(connection.local) was closed, after it had sent"
                + " \(connection.bytesSent) bytes to itself. \(owner)",
            endpoint: connection.local.unmapped)
        hasEnded = true
        bytesSent = connection.bytesSent
    }

    /// A change of a target's verdict.
    package init(_ change: History.Change, of target: Target) {
        self.init(
            .verdict, at: change.at, severity: change.severity, change.reason, target: target.name,
            endpoint: target.endpoint, namespace: target.namespace, verdict: change.verdict, previous: change.previous)
        isByLocalUser = target.source == .discovered
    }
}
