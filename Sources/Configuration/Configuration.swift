// The configuration as the daemon uses it: checked, with every default filled in.
//
// The defaults stand here and only here, as the initial values of the properties. docs/configuration.md says what
// each key does; the schema (ConfigurationShape.swift) says what each may hold.

package import SelfConnect

/// What the configuration file says, or would say without one.
package struct Configuration: Hashable, Sendable {
    /// Where HTTP is answered, and where each address was written; never empty.
    package var listen = [Located(ListenAddress.tcp(Endpoint(.loopback4, 9293)))]
    /// How targets are probed.
    package var probe = Probe()
    /// The map of the ephemeral range.
    package var map = Map()
    /// What is found without being named.
    package var discover = Discovery()
    /// Bounds and access of the HTTP server.
    package var http = HTTP()
    /// What is logged, and how.
    package var log = Log()
    /// The endpoints that are watched, in the order of the file; no endpoint twice.
    package var targets: [Target] = []
    /// The entries with `addresses: [all]`.
    package var hostWideTargets: [AllAddressesTarget] = []

    /// The built-in defaults.
    package init() {}

    /// What runs without a file: the daemon's own port on 127.0.0.1:9293 and discovered listeners.
    package static let `default` = Configuration()
}

extension Configuration {
    /// `probe:`
    package struct Probe: Hashable, Sendable {
        /// From one directed probe of a target to the next; 100 ms to 24 h.
        package var interval = Duration.seconds(30)
        /// The bound on one attempt; 1 ms to 400 ms, so that the daemon can stop within a second, and never above the interval.
        package var timeout = Duration.milliseconds(250)
        /// From one probe of a port that turned out to be redirected to the next; 1 s to 30 d.
        package var redirectedInterval = Duration.seconds(3600)
        /// The ceiling for passes, as a share of one core; 0.001 to 1. What is not used is saved up to a second.
        package var processorShare = 0.05
        /// How loop probes are done.
        package var loop = Loop()

        /// The defaults.
        package init() {}
    }

    /// `probe.loop:`
    package struct Loop: Hashable, Sendable {
        /// From one loop probe of a target to the next; 1 s to 30 d, or 0: no loop probes.
        package var interval = Duration.seconds(3600)
        /// The bound on the attempts of one loop probe; 1 to 10,000,000.
        package var attempts = 100_000
        /// The ceiling for all loop probes together, as a share of one core; 0.001 to 1.
        package var processorShare = 0.001

        /// The defaults.
        package init() {}
    }

    /// `map:`
    package struct Map: Hashable, Sendable {
        /// From one sweep of the ephemeral range to the next; 1 min to 30 d, or 0: no map.
        package var interval = Duration.seconds(3600)

        /// The defaults.
        package init() {}
    }

    /// `discover:`
    package struct Discovery: Hashable, Sendable {
        /// Whether listeners in the ephemeral range become targets.
        package var listeners = true
        /// Whether self-connections of anyone are looked for.
        package var connections = true
        /// Whether every network namespace of the host is watched.
        package var namespaces = false
        /// How long a listener that has gone is still watched; 1 s to 365 d.
        package var keep = Duration.seconds(86_400)
        /// How many endpoints of listeners are watched at most; 1 to 10,000.
        package var limit = 1000

        /// The defaults.
        package init() {}
    }

    /// `log:`
    package struct Log: Hashable, Sendable {
        /// The least severe level that is logged.
        package var level = LogLevel.info
        /// What a line looks like.
        package var format = LogFormat.text

        /// The defaults.
        package init() {}
    }
}

extension Configuration {
    /// Reads the bytes of a configuration file; an empty one gives the defaults.
    ///
    /// - Parameter file: what the file is called in the faults.
    /// - Throws: every fault of the text at once, in reading order.
    package static func parse(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> Configuration {
        let reading = Reading(bytes)
        guard reading.diagnostics.isEmpty else {
            throw ConfigurationError(file: file, cause: .invalid(reading.diagnostics))
        }
        return reading.configuration
    }

    /// A file as far as it could be read: where it has faults, checks against the host can still find more of them.
    package struct Reading: Sendable {
        /// What could be read, with defaults for the rest.
        package let configuration: Configuration
        /// The faults of the text, in reading order.
        package let diagnostics: [Diagnostic]
        /// Whether `http:` could be read, so that what it does not say is not in it.
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
