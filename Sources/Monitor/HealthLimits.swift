package import Configuration

/// When the daemon counts as unhealthy.
package struct HealthLimits: Hashable, Sendable {
    /// Maximum time between two heartbeats of a loop; without one for longer, the loop is considered stuck.
    package var stall: Duration
    /// Maximum age of the verdict of a configured target; nil: no limit.
    package var verdictAge: Duration?

    /// The given limits.
    package init(stall: Duration, verdictAge: Duration? = nil) {
        self.stall = stall
        self.verdictAge = verdictAge
    }

    /// The limits that follow from a configuration. Both allow for ten timeouts, as of probes of several addresses in a row; a
    /// verdict may be three intervals old besides.
    package init(_ configuration: Configuration) {
        let timeouts = configuration.probe.timeout * 10
        stall = .seconds(15) + timeouts
        verdictAge = configuration.probe.interval * 3 + .seconds(5) + timeouts
    }
}
