// The kernel's destroy events between passes, under a ceiling on processor time: whoever can close sockets can cause as many
// as he likes. What waits meanwhile stays in the kernel's queue, and what does not fit there is a reason to look at everything.

import Linux
import SelfConnect

/// Follows the destroy events of the daemon's own network namespace.
struct EventReader: ~Copyable {
    /// Whether events are followed, and how many queues ran over.
    private(set) var status = EventStream()
    private var socket: DestroyEventSocket?
    private var ports = PortSet([PortRange(1, .max)])
    private var budget: ProcessorBudget
    private var retry = Duration.zero

    /// The ceiling, as a share of one core: some ten thousand events a second.
    private static let processorShare = 0.05
    /// The processor time that is saved up.
    private static let burst = Duration.milliseconds(200)
    /// Events of one step: some milliseconds.
    private static let batch = 4096
    /// How long a stream that failed is waited with.
    private static let retryInterval = Duration.seconds(60)

    /// A reader that follows events from now on, if `isOn`: of all ports until it is told of which.
    init(isOn: Bool, at now: Duration) {
        budget = ProcessorBudget(share: Self.processorShare, burst: Self.burst, at: now)
        apply(isOn: isOn, at: now)
    }

    /// Follows events from now on, or does not.
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

    /// Opens the stream, if it is to be followed and could not be for a while.
    mutating func open(at now: Duration) {
        guard status.state != .off, socket == nil, now >= retry else { return }
        do throws(SystemCallError) {
            socket = try DestroyEventSocket(passing: ports)
            status.state = .followed
        } catch {
            fail(error, at: now)
        }
    }

    /// Follows events of these ports from now on.
    mutating func follow(_ ports: PortSet, at now: Duration) {
        guard ports != self.ports else { return }
        self.ports = ports
        do throws(SystemCallError) {
            try socket?.filter(passing: ports)
        } catch {
            fail(error, at: now)
        }
    }

    /// What becomes readable when there are events; nil while there is nothing to wait for.
    mutating func descriptor(at now: Duration) -> Int32? { now >= budget.opensAt ? socket?.number : nil }

    /// When events are read again that have to wait now; nil: they do not.
    func resumes(after now: Duration) -> Duration? {
        socket != nil && now < budget.opensAt ? budget.opensAt : nil
    }

    /// Takes the events that wait, if it is time.
    mutating func read(at now: Duration) -> DestroyEventSocket.Reading? {
        guard now >= budget.opensAt else { return nil }
        do throws(SystemCallError) {
            guard let reading = try socket?.read(atMost: Self.batch) else { return nil }
            status.overruns += reading.overruns
            return reading.events.isEmpty && reading.overruns == 0 ? nil : reading
        } catch {
            fail(error, at: now)
            // What was announced meanwhile is lost as well.
            status.overruns += 1
            return DestroyEventSocket.Reading(overruns: 1)
        }
    }

    /// The events of a reading have taken `time` of the processor.
    mutating func spend(_ time: Duration, at now: Duration) { budget.spend(time, at: now) }

    private mutating func fail(_ error: SystemCallError, at now: Duration) {
        socket = nil
        retry = now + Self.retryInterval
        status.state = .unavailable("\(error)")
    }
}
