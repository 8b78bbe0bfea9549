// The kernel's destroy events between passes, with a limit on processor time: any local process can cause any number of
// them. While the limit is exceeded, events remain in the kernel's queue; if it overflows, all targets are surveyed.

import Linux
import SelfConnect

/// Reads the destroy events of the daemon's own network namespace.
struct EventReader: ~Copyable {
    /// Whether events are followed, and how often the queue overflowed.
    private(set) var status = EventStream()
    private var socket: DestroyEventSocket?
    private var ports = PortSet([PortRange(1, .max)])
    private var budget: ProcessorBudget
    private var retry = Duration.zero
    private var hasLosses = false
    /// Events that may be ends of self-connections.
    var unconfirmed = UnconfirmedEnds()
    /// When events are published.
    var publication = EventPublication()

    /// The limit, as a share of one core: about ten thousand events per second.
    private static let processorShare = 0.05
    /// The maximum of processor time that is saved up.
    private static let burst = Duration.milliseconds(200)
    /// Maximum number of events per step: a few milliseconds.
    private static let batch = 4096
    /// Time after which a failed stream is opened again.
    private static let retryInterval = Duration.seconds(60)

    /// A reader that follows the events of all ports, if `isOn`, until `follow` selects some.
    init(isOn: Bool, at now: Duration) {
        budget = ProcessorBudget(share: Self.processorShare, burst: Self.burst, at: now)
        apply(isOn: isOn, at: now)
    }

    /// Starts or stops following events.
    mutating func apply(isOn: Bool, at now: Duration) {
        guard isOn else {
            socket = nil
            status.state = .off
            return
        }
        guard socket == nil else { return }
        (status.state, retry) = (.followed, now)
        open(at: now)
    }

    /// Opens a failed stream again, if it is time.
    mutating func open(at now: Duration) {
        guard status.state != .off, socket == nil, now >= retry else { return }
        do throws(SystemCallError) {
            socket = try DestroyEventSocket(passing: ports)
            status.state = .followed
        } catch {
            fail(error, at: now)
        }
    }

    /// Selects the ports.
    mutating func follow(_ ports: PortSet, at now: Duration) {
        guard ports != self.ports else { return }
        self.ports = ports
        do throws(SystemCallError) {
            try socket?.filter(passing: ports)
        } catch {
            fail(error, at: now)
        }
    }

    /// The descriptor to poll for reading; nil if there is no stream, or the limit is exceeded.
    mutating func descriptor(at now: Duration) -> Int32? { now >= opensAt ? socket?.number : nil }

    /// When the limit is no longer exceeded; in the past if it is not now.
    var opensAt: Duration { budget.opensAt }

    /// When reading continues, if the limit is exceeded; otherwise nil.
    func resumes(after now: Duration) -> Duration? { socket != nil && now < opensAt ? opensAt : nil }

    /// Reads the queued events; nil if there are none, or the limit is exceeded.
    mutating func read(at now: Duration) -> DestroyEventSocket.Reading? {
        guard now >= opensAt else { return nil }
        do throws(SystemCallError) {
            guard let reading = try socket?.read(atMost: Self.batch) else { return nil }
            status.overruns += reading.overruns
            hasLosses = hasLosses || reading.overruns > 0
            return reading.events.isEmpty && reading.overruns == 0 ? nil : reading
        } catch {
            fail(error, at: now)
            // Events are lost until the stream is open again.
            recordLoss()
            return DestroyEventSocket.Reading(overruns: 1)
        }
    }

    /// Keeps an event that may be the end of a self-connection until it is confirmed.
    mutating func keep(_ event: DestroyEvent) {
        if !unconfirmed.append(event) { recordLoss() }
    }

    /// When events that wait for it are confirmed; nil: none waits.
    var confirmationDue: Duration? { unconfirmed.isEmpty ? nil : opensAt }

    /// Whether events wait to be confirmed and the limit permits it.
    func admitsConfirmation(at now: Duration) -> Bool { confirmationDue.map { now >= $0 } ?? false }

    /// Records that an event cannot be kept.
    mutating func recordLoss() {
        if !hasLosses { status.overruns += 1 }
        hasLosses = true
    }

    /// Whether events were lost since the last call, which is forgotten.
    mutating func takeLoss() -> Bool {
        defer { hasLosses = false }
        return hasLosses
    }

    /// Records processor time that reading and handling events took.
    mutating func spend(_ time: Duration, at now: Duration) { budget.spend(time, at: now) }

    private mutating func fail(_ error: SystemCallError, at now: Duration) {
        socket = nil
        retry = now + Self.retryInterval
        status.state = .unavailable("\(error)")
    }
}
