// The epoll loop carries out what values decide: HTTP.Connection what happens on a connection, AcceptGate and
// ConnectionLimiter which ones are accepted, Displacement which one is closed for another, TurnQueue which one is served next.

import HTTP
import Linux
import Logging
import SelfConnect

/// Accepts, reads, writes and closes, on one thread.
final class HTTPEventLoop {
    /// A command to the loop.
    enum Command {
        /// Finish what is under way, and end.
        case stop
        /// Use another configuration.
        case apply(ServerConfiguration)
    }

    /// Listeners by token, and those that a reload has removed, as long as connections wait in their queues.
    struct Listeners {
        var active: [UInt64: any Listener] = [:]
        var removed: [any Listener] = []
    }

    var limits: Limits
    let routes: StatusRoutes
    let logger: Logger
    var poller: Poller
    var listeners = Listeners()
    var clients: [UInt64: HTTPClient] = [:]
    var lastToken: UInt64
    var moment: Moment
    var buffer = [UInt8](repeating: 0, count: 65536)
    var rules: Rules
    /// Whether responses that were not ready when they were requested may be ready now.
    var hasFinished = false
    private var nextSweep = Duration.zero

    /// What decides.
    struct Rules {
        var limiter: ConnectionLimiter
        var gate: AcceptGate
        var turns = TurnQueue()
        var peak = ConnectionPeak()
        var unsent = UnsentOutput()
        /// When the connections that are left are closed; nil unless the daemon stops.
        var end: Duration?
    }

    /// How exactly deadlines are kept; more exactly during shutdown.
    private var sweepInterval: Duration { .milliseconds(rules.end == nil ? 100 : 10) }
    /// How long responses under way may take once the daemon stops.
    private static let drainLimit = Duration.milliseconds(500)
    private static let wakeToken: UInt64 = 0

    init(_ configuration: ServerConfiguration, routes: StatusRoutes, logger: Logger) throws(SystemCallError) {
        limits = configuration.limits
        self.routes = routes
        self.logger = logger
        poller = try Poller()
        moment = Self.now()
        rules = Rules(
            limiter: ConnectionLimiter(
                limit: configuration.connections.total, perClient: configuration.connections.perClient),
            gate: AcceptGate(at: moment.now))
        lastToken = UInt64(configuration.listeners.count)
        for (index, listener) in configuration.listeners.enumerated() { listeners.active[UInt64(index + 1)] = listener }
    }

    /// Runs until the `command` that it gets when it is woken is to stop, and until the responses under way are written.
    func run(wokenBy wake: WakeSignal, command: () -> Command?) throws(SystemCallError) {
        try poller.add(wake.number, for: .read, token: Self.wakeToken)
        var ready: [(token: UInt64, readiness: Readiness)] = []
        while rules.end == nil || !clients.isEmpty {
            ready.removeAll(keepingCapacity: true)
            try poller.wait(waitLimit) { ready.append(($0, $1)) }
            advanceClock()
            for (token, readiness) in ready {
                if token == Self.wakeToken {
                    wake.clear()
                    wakeUp(command())
                } else if let listener = listeners.active[token] {
                    accept(from: listener, until: moment.now + rules.turns.turn)
                } else if let client = clients[token] {
                    if client.hasUsedUpTurn, readiness.isDisjoint(with: .failed) {
                        rules.turns.append(token)
                    } else {
                        serve(client, token, readiness)
                    }
                }
            }
            if hasFinished { sendFinished() }
            serveDeferredClients()
            sweep()
        }
    }

    /// Between two clients: reads the clock, and records progress.
    func advanceClock() {
        moment.advance(now: Clock.monotonic, unixTime: Int64(Clock.wall.seconds))
        routes.source.recordProgress(at: moment.now)
    }

    private func wakeUp(_ command: Command?) {
        // The first client gets verdicts, also after a restart under socket activation.
        if routes.source.generation > 0, rules.gate.firstPassEnded() { resumeAccepting() }
        hasFinished = true
        routes.forgetOutdated(at: moment.now)
        switch command {
        case .stop: drain()
        case .apply(let configuration) where rules.end == nil: apply(configuration)
        case .apply, nil: break
        }
    }

    /// How long to wait for events: until something may be due; nil without clients, until something happens.
    private var waitLimit: Duration? {
        guard rules.turns.isEmpty, !hasFinished else { return .zero }
        let isIdle = clients.isEmpty && !rules.gate.isWaiting && rules.end == nil && !rules.peak.isHigh
        return isIdle ? nil : sweepInterval
    }

    private static func now() -> Moment {
        Moment(now: Clock.monotonic, unixTime: Int64(Clock.wall.seconds))
    }

    // MARK: Time

    /// Handles the deadlines that have passed.
    private func sweep() {
        guard moment.now >= nextSweep else { return }
        nextSweep = moment.now + sweepInterval
        for (token, client) in clients {
            // What a deferred client has sent may not have been read yet.
            guard !rules.turns.contains(token), isOverdue(client) else { continue }
            // The responses to others may have taken long: what has arrived meanwhile is read first.
            if client.connection.wantsRead { serve(client, token, .read) }
            guard clients[token] === client, isOverdue(client) else { continue }
            settle(client, token, client.connection.timePassed(at: moment))
        }
        if rules.gate.advance(to: moment.now) { resumeAccepting() }
        if let end = rules.end, end <= moment.now {
            excuseResponding()
            clients = [:]
        }
        if rules.peak.end(at: clients.count) { Heap.trim() }
    }

    private func isOverdue(_ client: HTTPClient) -> Bool {
        client.connection.deadline.map { $0 <= moment.now } ?? false
    }

    /// Connections in the queue of a listener stay there: that of a passed socket belongs to the service manager, and the
    /// next daemon answers. What has arrived on a connection is read first: if it were closed unread, the connection would
    /// be reset and the request would be lost.
    private func drain() {
        guard rules.end == nil else { return }
        rules.end = moment.now + Self.drainLimit
        nextSweep = moment.now
        if rules.gate.isOpen { for listener in listeners.active.values { try? poller.remove(listener.number) } }
        rules.gate.shutDown()
        for token in clients.keys {
            // To make room for the response of another one, this one may have been closed meanwhile.
            guard let client = clients[token] else { continue }
            serve(client, token, .read)
            if clients[token] != nil { settle(client, token, client.connection.drain(at: moment)) }
        }
    }
}
