// Creates the map in the background: in slices of a few milliseconds between passes and loops, within a limit on
// processor time.

import Configuration
import Linux
import SelfConnect

/// Sweeps the range periodically, slice by slice.
struct MapRunner {
    /// The map, if there is one.
    private(set) var state: PortMapState
    private var interval: Duration
    private var due: Duration
    private var sweep: PortSweep?
    private var budget: ProcessorBudget
    /// When ports without a target were found to be redirected.
    private var redirections: [UInt16: Duration] = [:]
    /// Time until such a port is probed again.
    var redirectedInterval = Duration.seconds(3600)

    /// The address that is swept: `connect()` considers ports, not addresses, so another address would have nearly the
    /// same map.
    static let address = IPAddress.loopback4
    /// Ports per slice, which take a few milliseconds.
    private static let slice = 64
    /// Maximum processor time that sweeps can accumulate: a range of some hundred ports needs no pause.
    private static let burst = Duration.milliseconds(20)
    /// Delay after a failed sweep.
    private static let retry = Duration.seconds(60)

    /// A runner whose first sweep is due at `start`; an interval of zero disables the map.
    init(_ settings: Configuration.Map, from start: Duration) {
        interval = settings.interval
        due = start
        budget = ProcessorBudget(share: settings.processorShare, burst: Self.burst, at: start)
        state = interval > .zero ? .awaited : .off
    }

    /// Whether a sweep has begun and not ended.
    var isSweeping: Bool { sweep != nil }

    /// The time of the next step; nil: never.
    var next: Duration? {
        guard interval > .zero else { return nil }
        return sweep == nil ? max(due, budget.opensAt) : budget.opensAt
    }

    /// Applies another configuration; an interval of zero discards the map.
    mutating func apply(_ settings: Configuration.Map, at now: Duration) {
        budget.share = settings.processorShare
        let interval = settings.interval
        guard interval != self.interval else { return }
        due = self.interval > .zero ? min(due, now + interval) : now
        self.interval = interval
        guard interval > .zero else {
            (state, sweep) = (.off, nil)
            return
        }
        if state.map == nil { state = .awaited }
    }

    /// Makes a sweep due now because the range has changed. A running sweep detects that itself.
    mutating func expedite(at now: Duration) {
        due = min(due, now)
        redirections = [:]
    }

    /// Probes a slice if it is due.
    ///
    /// - Parameters:
    ///   - begin: starts a sweep; skips the given ports, which were found to be redirected recently.
    ///   - advance: probes a slice of at most this many ports; returns the map after the last one.
    /// - Returns: whether there is a new map.
    mutating func step(
        at now: Duration, begin: (PortSet) throws(SystemCallError) -> PortSweep,
        advance: (inout PortSweep, Int) throws(SystemCallError) -> PortMap?
    ) throws(SystemCallError) -> Bool {
        guard let next, now >= next else { return false }
        let start = Clock.threadProcessorTime
        defer { budget.spend(Clock.threadProcessorTime - start, at: now) }
        do throws(SystemCallError) {
            var current = if let sweep { sweep } else { try begin(portsToSpare(at: now)) }
            // Keeps this the only copy, so that a slice writes in place.
            sweep = nil
            let map = try advance(&current, Self.slice)
            guard let map else {
                sweep = current
                return false
            }
            due = now + interval
            state = .taken(map)
            remember(map, current.spared, at: now)
            return true
        } catch {
            due = now + min(interval, Self.retry)
            throw error
        }
    }

    /// The redirected ports that need not be probed yet; the others are removed.
    private mutating func portsToSpare(at now: Duration) -> PortSet {
        redirections = redirections.filter { now - $0.value < redirectedInterval }
        return PortSet(ports: redirections.keys)
    }

    /// Stores the redirected ports of a map; skipped ports keep their time.
    private mutating func remember(_ map: PortMap, _ spared: PortSet, at now: Duration) {
        let known = redirections
        redirections = [:]
        for run in map.runs where run.entry.outcome == .redirected {
            for port in run.ports.ports { redirections[port] = spared.contains(port) ? known[port] : now }
        }
    }
}
