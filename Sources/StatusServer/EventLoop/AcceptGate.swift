import SelfConnect

/// Decides whether connections are accepted: not before the first pass, unless that takes long; not for a while after
/// descriptors or memory ran out; not during shutdown. Times are readings of the monotonic clock.
struct AcceptGate {
    private enum State {
        case awaitingFirstPass(until: Duration)
        case open
        case paused(until: Duration)
        case shutDown
    }

    private var state: State
    private var nextWarning: Duration?
    /// How often accepting has paused.
    private(set) var pauses = 0

    /// Clients that connect before the end of the first pass wait at most this long; then they get status 503.
    static let firstPassLimit = Duration.seconds(2)
    /// How long accepting pauses when descriptors or memory are exhausted.
    static let pause = Duration.milliseconds(500)
    /// From one warning about a pause to the next.
    static let warningInterval = Duration.seconds(60)

    /// Closed until the first pass has ended.
    init(at now: Duration) {
        state = .awaitingFirstPass(until: now + Self.firstPassLimit)
    }

    /// Whether connections are accepted.
    var isOpen: Bool { if case .open = state { true } else { false } }

    /// Whether it opens by itself after some time.
    var isWaiting: Bool {
        switch state {
        case .awaitingFirstPass, .paused: true
        case .open, .shutDown: false
        }
    }

    /// accept(2) failed for want of descriptors or memory.
    ///
    /// - Returns: whether to log a warning.
    mutating func fail(at now: Duration) -> Bool {
        guard !isShutDown else { return false }
        state = .paused(until: now + Self.pause)
        pauses += 1
        guard nextWarning.map({ $0 <= now }) ?? true else { return false }
        nextWarning = now + Self.warningInterval
        return true
    }

    /// The first pass has ended.
    ///
    /// - Returns: whether the gate opens now.
    mutating func firstPassEnded() -> Bool {
        guard case .awaitingFirstPass = state else { return false }
        state = .open
        return true
    }

    /// Time has passed.
    ///
    /// - Returns: whether the gate opens now.
    mutating func advance(to now: Duration) -> Bool {
        switch state {
        case .awaitingFirstPass(let end) where end <= now, .paused(let end) where end <= now:
            state = .open
            return true
        default:
            return false
        }
    }

    /// The daemon stops: connections stay in the queues of the listeners.
    mutating func shutDown() { state = .shutDown }

    private var isShutDown: Bool { if case .shutDown = state { true } else { false } }
}
