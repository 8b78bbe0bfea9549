// The map in the background: a slice of some milliseconds at a time, between passes and loops, under a ceiling on
// processor time.

import Linux
import SelfConnect

/// Sweeps the range from time to time, slice by slice.
struct MapRunner {
    /// What there is of the map.
    private(set) var state: PortMapState
    private var interval: Duration
    private var due: Duration
    private var sweep: PortSweep?
    private var restsUntil = Duration.zero
    /// When ports that no target stands for turned out to be redirected.
    private var redirections: [UInt16: Duration] = [:]
    /// After how long such a port is probed again.
    var redirectedInterval = Duration.seconds(3600)

    /// What is swept: `connect()` looks at ports and not at addresses, so that another address has nearly the same map.
    static let address = IPAddress.loopback4
    /// Ports in one slice: some milliseconds.
    private static let slice = 64
    /// The ceiling, as a share of one core: the default range takes half a minute.
    private static let processorShare = 0.02
    /// How long a sweep that failed is waited with.
    private static let retry = Duration.seconds(60)

    /// A runner whose first sweep is due at `start`; an interval of zero means none.
    init(every interval: Duration, from start: Duration) {
        self.interval = interval
        due = start
        state = interval > .zero ? .awaited : .off
    }

    /// When there is something to do next; nil: never.
    var next: Duration? {
        guard interval > .zero else { return nil }
        return sweep == nil ? max(due, restsUntil) : restsUntil
    }

    /// Sweeps at another interval from now on; without one the map is given up.
    mutating func apply(_ interval: Duration, at now: Duration) {
        guard interval != self.interval else { return }
        due = self.interval > .zero ? min(due, now + interval) : now
        self.interval = interval
        guard interval > .zero else {
            (state, sweep) = (.off, nil)
            return
        }
        if state.map == nil { state = .awaited }
    }

    /// Makes a sweep due now: the map is of another range. One that runs notices by itself.
    mutating func expedite(at now: Duration) {
        due = min(due, now)
        redirections = [:]
    }

    /// Probes a slice, if it is time.
    ///
    /// - Parameters:
    ///   - begin: a new sweep, sparing ports that turned out to be redirected a while ago.
    ///   - advance: a slice of so many ports; the map once it is the last.
    /// - Returns: whether there is a new map.
    mutating func step(
        at now: Duration, begin: (PortSet) throws(SystemCallError) -> PortSweep,
        advance: (inout PortSweep, Int) throws(SystemCallError) -> PortMap?
    ) throws(SystemCallError) -> Bool {
        guard let next, now >= next else { return false }
        let start = Clock.threadProcessorTime
        defer { rest(since: start) }
        do throws(SystemCallError) {
            var current = if let sweep { sweep } else { try begin(portsToSpare(at: now)) }
            // The only copy, so that a slice writes in place.
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

    /// The redirected ports whose time has not come yet; the others are forgotten.
    private mutating func portsToSpare(at now: Duration) -> PortSet {
        redirections = redirections.filter { now - $0.value < redirectedInterval }
        return PortSet(ports: redirections.keys)
    }

    /// Keeps the redirected ports of a map; those that were spared have not been probed.
    private mutating func remember(_ map: PortMap, _ spared: PortSet, at now: Duration) {
        let known = redirections
        redirections = [:]
        for run in map.runs where run.entry.outcome == .redirected {
            for port in run.ports.ports { redirections[port] = spared.contains(port) ? known[port] : now }
        }
    }

    /// Keeps the next slice waiting until the work since `start` is within the share of the processor.
    private mutating func rest(since start: Duration) {
        let share = ProbePlan(processorShare: Self.processorShare)
        restsUntil = Clock.monotonic + share.rest(after: Clock.threadProcessorTime - start)
    }
}
