// The epoll loop. HTTP.Connection decides what to do with a connection; the loop does it. The loop limits what all
// connections share: their number, the clients that wait when descriptors run out, and the time for one of them while
// others wait.

import HTTP
import Linux
import Logging
import SelfConnect

/// Accepts, reads, writes and closes connections on one thread.
final class HTTPEventLoop {
    /// A command to the loop.
    enum Order {
        /// Complete responses in progress, then end.
        case stop
        /// Apply another configuration.
        case apply(ServerConfiguration)
    }

    final class Client {
        let socket: AcceptedSocket
        let place: ListeningPlace
        var connection: Connection
        var interest: Readiness
        /// Octets of unsent output at the last update.
        var waiting = 0
        /// Whether its last turn used up the time slice.
        var exceededTimeSlice = false
        /// Whether it is queued behind the others.
        var isDeferred = false

        init(_ socket: AcceptedSocket, from listener: any Listener, _ connection: Connection) {
            self.socket = socket
            place = listener.place
            self.connection = connection
            interest = .read
        }
    }

    var limits: Limits
    let routes: StatusRoutes
    let logger: Logger
    var poller: Poller
    var listeners: [UInt64: any Listener] = [:]
    /// Listeners that a reload has removed, while clients wait in their queues.
    var removedListeners: [any Listener] = []
    var admission: ConnectionLimiter
    var clients: [UInt64: Client] = [:]
    var lastToken: UInt64
    var moment: Moment
    var buffer = [UInt8](repeating: 0, count: 65536)
    var acceptResumesAt: Duration?
    var awaitsFirstPass = true
    var nextWarningAt: Duration?
    var closesAt: Duration?
    private var lastSweep = Duration.zero
    /// The clients that are served after all others, in order.
    var line: [UInt64] = []
    /// Maximum number of clients since memory was last released.
    var peakConnections = 0

    /// Time slice of one client while others wait; a started response is completed.
    var turnTime = Duration.milliseconds(10)
    /// Maximum unsent octets of all clients together; beyond it the slowest readers are closed, and large documents are
    /// refused to other clients.
    var waitingLimit = 64 << 20

    /// Precision of deadlines; higher during shutdown.
    private var sweepInterval: Duration { .milliseconds(closesAt == nil ? 100 : 10) }
    /// How long clients that connect before the first pass is complete wait for it; after that they get an error.
    private static let firstPassLimit = Duration.milliseconds(500)
    /// Time limit for responses in progress when the daemon stops.
    private static let drainTime = Duration.milliseconds(500)
    /// The smallest peak of connections after which memory is released.
    private static let smallestPeak = 256
    private static let wakeToken: UInt64 = 0
    /// A client that reads nothing for this time may be closed to make room for others.
    static let readingPause = Duration.seconds(1)
    var waiting = 0

    init(_ terms: ServerConfiguration, routes: StatusRoutes, logger: Logger) throws(SystemCallError) {
        limits = terms.limits
        admission = ConnectionLimiter(limit: terms.connections.total, perClient: terms.connections.perClient)
        self.routes = routes
        self.logger = logger
        poller = try Poller()
        moment = Self.now()
        lastToken = UInt64(terms.listeners.count)
        for (index, listener) in terms.listeners.enumerated() { self.listeners[UInt64(index + 1)] = listener }
    }

    /// Runs until `order`, called after each wake-up, returns `stop`, and responses in progress are written.
    func run(wokenBy wake: WakeSignal, order: () -> Order?) throws(SystemCallError) {
        try poller.add(wake.number, for: .read, token: Self.wakeToken)
        acceptResumesAt = moment.now + Self.firstPassLimit
        var ready: [(token: UInt64, readiness: Readiness)] = []
        while closesAt == nil || !clients.isEmpty {
            ready.removeAll(keepingCapacity: true)
            try poller.wait(waitLimit) { ready.append(($0, $1)) }
            advanceClock()
            for (token, readiness) in ready {
                if token == Self.wakeToken {
                    wake.take()
                    openAfterFirstPass()
                    routes.forgetOutdated(at: moment.now)
                    handle(order())
                } else if let listener = listeners[token] {
                    accept(from: listener)
                } else if let client = clients[token] {
                    if client.exceededTimeSlice, readiness.isDisjoint(with: .failed) {
                        deferClient(client, token)
                    } else {
                        serve(client, token, readiness)
                    }
                }
            }
            serveDeferredClients()
            sweep()
        }
    }

    /// Called between two clients: reads the clock and records progress.
    func advanceClock() {
        moment.advance(now: Clock.monotonic, unixTime: Int64(Clock.wall.seconds))
        routes.source.beat(at: moment.now)
    }

    private func handle(_ order: Order?) {
        switch order {
        case .stop: drain()
        case .apply(let terms) where closesAt == nil: apply(terms)
        case .apply, nil: break
        }
    }

    /// How long to wait for events: until something may be due; nil, no limit, without clients.
    private var waitLimit: Duration? {
        guard line.isEmpty else { return .zero }
        let mayRest =
            clients.isEmpty && acceptResumesAt == nil && closesAt == nil && peakConnections < Self.smallestPeak
        return mayRest ? nil : sweepInterval
    }

    private static func now() -> Moment {
        Moment(now: Clock.monotonic, unixTime: Int64(Clock.wall.seconds))
    }

    // MARK: Time

    /// Handles expired deadlines.
    private func sweep() {
        guard moment.now - lastSweep >= sweepInterval else { return }
        lastSweep = moment.now
        for (token, client) in clients {
            // Octets from a deferred client may not have been read yet.
            guard !client.isDeferred, let deadline = client.connection.deadline, deadline <= moment.now else {
                continue
            }
            settle(client, token, client.connection.timePassed(at: moment))
        }
        if let acceptResumesAt, acceptResumesAt <= moment.now { resumeAccepting() }
        if let closesAt, closesAt <= moment.now { clients = [:] }
        trimHeap()
    }

    /// Returns the memory of a peak of connections to the kernel when most of them have ended: the allocator would keep
    /// it.
    private func trimHeap() {
        guard peakConnections >= Self.smallestPeak, clients.count <= peakConnections / 8 else { return }
        peakConnections = clients.count
        Heap.trim()
    }

    /// Clients in the queue of a listener stay there: the queue of a passed listener belongs to the service manager,
    /// and the next daemon serves it. Received octets are processed first: closing with unread octets would reset the
    /// connection and lose the request.
    private func drain() {
        guard closesAt == nil else { return }
        closesAt = moment.now + Self.drainTime
        acceptResumesAt = nil
        awaitsFirstPass = false
        for listener in listeners.values { try? poller.remove(listener.number) }
        for token in clients.keys {
            // It may have been closed to make room for another response.
            guard let client = clients[token] else { continue }
            serve(client, token, .read)
            if clients[token] != nil { settle(client, token, client.connection.drain(at: moment)) }
        }
    }
}
