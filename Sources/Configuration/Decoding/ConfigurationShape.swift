// The schema: all keys and their allowed values, in the order of the file.
//
// The defaults are in `Configuration`. The bounds prevent typing errors from making the daemon useless (an interval of
// a year) or from overloading the host (an interval of a microsecond).

import SelfConnect

extension ValueDecoder where Value == Configuration {
    /// The whole file.
    static var configuration: ValueDecoder {
        mapping("keys such as listen: or targets:", into: .default) { fields, configuration in
            fields.read("listen", ValueDecoder<ListenAddress>.listenAddress.distinctList(), into: &configuration.listen)
            fields.read("probe", .probe, into: &configuration.probe)
            fields.read("map", .map, into: &configuration.map)
            fields.read("discover", .discovery, into: &configuration.discover)
            fields.read("events", .boolean, into: &configuration.followsEvents)
            let isHTTPClean = fields.report.isClean { fields.read("http", .http, into: &configuration.http) }
            fields.read("log", .log, into: &configuration.log)
            fields.read("metrics", .metrics, into: &configuration.metrics)
            var entries: [TargetEntry] = []
            fields.read("targets", ValueDecoder<TargetEntry>.targetEntry.list(), into: &entries)
            configuration.targets = TargetExpansion.targets(of: entries, fields.report)
            configuration.guardedPorts = entries.filter { $0.isGuarded.value && $0.namespace == nil }
                .flatMap(\.ports)
            configuration.hostWideTargets = entries.compactMap(\.hostWide)
            if !isHTTPClean || fields.isMisspelt("http") { fields.report.doubtAccess() }
        }
    }
}

extension ValueDecoder where Value == Configuration.Probe {
    fileprivate static var probe: ValueDecoder {
        mapping("keys such as interval:", into: Value()) { fields, probe in
            let isClean = fields.report.isClean {
                fields.read("interval", .duration(.milliseconds(100) ... .seconds(86_400)), into: &probe.interval)
                fields.read("timeout", .duration(.milliseconds(1) ... .milliseconds(400)), into: &probe.timeout)
            }
            if isClean, probe.timeout > probe.interval {
                fields.report.add(
                    "the timeout of \(probe.timeout.text) is longer than the interval of \(probe.interval.text): "
                        + "shorten the timeout or lengthen the interval",
                    at: fields.place(of: "timeout") ?? fields.place(of: "interval") ?? fields.position)
            }
            fields.read(
                "redirected-interval", .duration(.seconds(1) ... .seconds(30 * 86_400)), into: &probe.redirectedInterval
            )
            fields.read("cpu", .share(0.1...100), into: &probe.processorShare)
            fields.read("loop", .loop, into: &probe.loop)
        }
    }
}

extension ValueDecoder where Value == Configuration.Loop {
    fileprivate static var loop: ValueDecoder {
        mapping("keys such as interval:", into: Value()) { fields, loop in
            let interval = ValueDecoder<Duration>.duration(
                .seconds(1) ... .seconds(30 * 86_400), zero: "no loop probes")
            fields.read("interval", interval, into: &loop.interval)
            fields.read("attempts", .number(1...10_000_000), into: &loop.attempts)
            fields.read("cpu", .share(0.01...100), into: &loop.processorShare)
        }
    }
}

extension ValueDecoder where Value == Configuration.Map {
    fileprivate static var map: ValueDecoder {
        mapping("keys such as interval:", into: Value()) { fields, map in
            let interval = ValueDecoder<Duration>.duration(.seconds(60) ... .seconds(30 * 86_400), zero: "no map")
            fields.read("interval", interval, into: &map.interval)
            fields.read("cpu", .share(0.01...100), into: &map.processorShare)
        }
    }
}

extension ValueDecoder where Value == Configuration.Discovery {
    fileprivate static var discovery: ValueDecoder {
        mapping("keys such as listeners:", into: Value()) { fields, discovery in
            fields.read("listeners", .boolean, into: &discovery.listeners)
            fields.read("connections", .boolean, into: &discovery.connections)
            fields.read("namespaces", .boolean, into: &discovery.namespaces)
            var excluded: [Located<PortRange>] = []
            fields.read("exclude", ValueDecoder<PortRange>.ports.distinctList(), into: &excluded)
            discovery.excluded = PortSet(excluded.map(\.value))
            let minimumAge = ValueDecoder<Duration>.duration(
                .seconds(1) ... .seconds(30 * 86_400), zero: "every listener")
            fields.read("minimum-age", minimumAge, into: &discovery.minimumAge)
            fields.read("keep", .duration(.seconds(1) ... .seconds(365 * 86_400)), into: &discovery.keep)
            fields.read("limit", .number(1...Watchlist.maximumDiscoveries), into: &discovery.limit)
            fields.read("guard", .boolean, into: &discovery.isGuarded)
        }
    }
}

extension ValueDecoder where Value == Configuration.Log {
    fileprivate static var log: ValueDecoder {
        mapping("keys such as level:", into: Value()) { fields, log in
            fields.read("level", .word("a log level"), into: &log.level)
            fields.read("format", .word("a log format"), into: &log.format)
        }
    }
}

extension ValueDecoder where Value == Configuration.Metrics {
    fileprivate static var metrics: ValueDecoder {
        mapping("keys such as detail:", into: Value()) { fields, metrics in
            fields.read("detail", .word("a level of detail"), into: &metrics.detail)
        }
    }
}

extension ValueDecoder where Value == ListenAddress {
    fileprivate static var listenAddress: ValueDecoder {
        ValueDecoder<String>.text("an address such as 127.0.0.1:9293 or \"[::1]:9293\" (in quotes)")
            .map { text throws(ParseError) in try ListenAddress(text) }
    }
}
