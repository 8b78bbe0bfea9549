/// What probes of a target and a server's bind() have shown.
package struct ProbeResults: Hashable, Sendable {
    /// The observation of each kind's directed probe.
    package var directed: [ClientKind: Observation]
    /// The observation of the last loop probe.
    package var loop: Observation?
    /// The result of a test bind; nil if none was made.
    package var testBind: ServerAccess?
    /// Whether connections to the endpoint reach another socket although none listens on it here: NAT or an eBPF
    /// program redirects them. A probe got a response, and there was no listener after it.
    package var isRedirected = false

    /// Whether an attempt got no answer, as with a packet filter that drops.
    package var isSilent: Bool { directed.values.contains { $0.outcome == .timedOut && $0.attempts > 0 } }

    /// By default nothing was probed.
    package init(directed: [ClientKind: Observation] = [:], loop: Observation? = nil) {
        self.directed = directed
        self.loop = loop
    }
}
