// The configuration as the daemon uses it: checked, with all defaults filled in.
//
// The initial values of the properties are the only definition of the defaults. docs/configuration.md describes each
// key; the schema (ConfigurationShape.swift) defines the allowed values.

package import SelfConnect

/// The contents of the configuration file, or the defaults without a file.
package struct Configuration: Hashable, Sendable {
    /// Where the HTTP server listens, with the position of each address in the file; never empty.
    package var listen = [Located(ListenAddress.tcp(Endpoint(.loopback4, 9293)))]
    /// How targets are probed.
    package var probe = Probe()
    /// The map of the ephemeral range.
    package var map = Map()
    /// What is discovered without configuration.
    package var discover = Discovery()
    /// Whether the daemon follows the kernel's destroy events.
    package var followsEvents = true
    /// Limits and access rules of the HTTP server.
    package var http = HTTP()
    /// What is logged, and in which format.
    package var log = Log()
    /// What the metrics show.
    package var metrics = Metrics()
    /// The watched endpoints, in the order of the file; no endpoint twice.
    package var targets: [Target] = []
    /// The entries with `addresses: [all]`.
    package var hostWideTargets: [AllAddressesTarget] = []

    /// The ports of targets with `guard: true` in the own network namespace, and where they were written.
    package var guardedPorts: [Located<PortRange>] = []

    /// The built-in defaults.
    package init() {}

    /// How many guards there may be at once.
    package var guardCount: Int {
        guard !hostWideTargets.contains(where: \.isGuarded) else { return GuardPlan.maximumGuards }
        let discovered = discover.isGuarded ? GuardPlan.maximumDiscovered : 0
        return min(targets.count(where: \.isGuarded) + discovered, GuardPlan.maximumGuards)
    }

    /// The configuration without a file: listen on 127.0.0.1:9293, watch the own port and discovered listeners.
    package static let `default` = Configuration()
}

extension Configuration {
    /// `probe:`
    package struct Probe: Hashable, Sendable {
        /// Time between two directed probes of a target; 100 ms to 24 h.
        package var interval = Duration.seconds(30)
        /// Time limit of one attempt; 1 ms to 400 ms, so that the daemon can stop within a second; at most the
        /// interval.
        package var timeout = Duration.milliseconds(250)
        /// Time between two probes of a redirected port; 1 s to 30 d.
        package var redirectedInterval = Duration.seconds(3600)
        /// Maximum processor share of passes, as a fraction of one core; 0.001 to 1. Unused time accumulates up to one
        /// second.
        package var processorShare = 0.05
        /// Settings of loop probes.
        package var loop = Loop()

        /// The defaults.
        package init() {}
    }

    /// `probe.loop:`
    package struct Loop: Hashable, Sendable {
        /// Time between two loop probes of a target; 1 s to 30 d, or 0: no loop probes.
        package var interval = Duration.seconds(3600)
        /// Maximum attempts of one loop probe; 1 to 10,000,000.
        package var attempts = 100_000
        /// Maximum processor share of all loop probes together, as a fraction of one core; 0.0001 to 1.
        package var processorShare = 0.0004

        /// The defaults.
        package init() {}
    }

    /// `map:`
    package struct Map: Hashable, Sendable {
        /// Time between two sweeps of the ephemeral range; 1 min to 30 d, or 0: no map.
        package var interval = Duration.seconds(3600)
        /// Maximum processor share of sweeps, as a fraction of one core; 0.0001 to 1. Unused time accumulates up to 20
        /// ms.
        package var processorShare = 0.0004

        /// The defaults.
        package init() {}
    }

    /// `discover:`
    package struct Discovery: Hashable, Sendable {
        /// Whether listeners in the ephemeral range become targets.
        package var listeners = true
        /// Whether self-connections of all processes of the host are detected.
        package var connections = true
        /// Whether every network namespace of the host is watched.
        package var namespaces = false
        /// Ports whose listeners do not become targets.
        package var excluded = PortSet()
        /// How long a listener must have been seen to be watched after it has closed; 1 s to 30 d, or 0: every listener is.
        package var minimumAge = Duration.seconds(600)
        /// How long a listener is watched after it has closed; 1 s to 365 d.
        package var keep = Duration.seconds(86_400)
        /// Maximum number of discovered endpoints; 1 to 10,000.
        package var limit = 1000
        /// Whether their ports are guarded.
        package var isGuarded = false

        /// The defaults.
        package init() {}

        /// What it means for listeners.
        package var rules: DiscoveryRules {
            DiscoveryRules(keep: keep, minimumAge: minimumAge, excluding: excluded, limit: limit)
        }
    }

    /// `metrics:`
    package struct Metrics: Hashable, Sendable {
        /// How much of the targets they show.
        package var detail = MetricsDetail.targets

        /// The defaults.
        package init() {}
    }

    /// `log:`
    package struct Log: Hashable, Sendable {
        /// The least severe level that is logged.
        package var level = LogLevel.info
        /// The format of a line.
        package var format = LogFormat.text

        /// The defaults.
        package init() {}
    }
}

extension Configuration {
    /// Parses the bytes of a configuration file; an empty file gives the defaults.
    ///
    /// - Parameter file: the name of the file in error messages.
    /// - Throws: all faults of the text, in reading order.
    package static func parse(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> Configuration {
        let reading = Reading(bytes)
        guard reading.diagnostics.isEmpty else {
            throw ConfigurationError(file: file, cause: .invalid(reading.diagnostics))
        }
        return reading.configuration
    }

    /// A file, parsed as far as possible: even if it has faults, checks against the host may find more.
    package struct Reading: Sendable {
        /// The values that could be read, with defaults for the rest.
        package let configuration: Configuration
        /// The faults of the text, in reading order.
        package let diagnostics: [Diagnostic]
        /// Whether `http:` is free of faults, so that a key that is missing in it is really absent.
        package let isAccessKnown: Bool

        /// Reads the bytes of a file.
        package init(_ bytes: [UInt8]) {
            let report = Diagnostics()
            let root = YAMLReader.tree(of: bytes, report: report)
            let read = root.flatMap { $0.isNull ? nil : ValueDecoder.configuration.read($0, report) }
            configuration = read ?? .default
            diagnostics = report.diagnostics.sorted()
            isAccessKnown = report.isAccessKnown
        }
    }
}
