// The epoll loop. HTTP.Connection decides what to do with a connection; the loop carries that out. It bounds what all
// connections share: their number, the clients that wait when descriptors run out, and the time that one of them takes while
// others wait.

import HTTP
import Linux
import Logging
import SelfConnect

/// Accepts, reads, writes and closes, on one thread.
final class HTTPEventLoop {
    /// A command to the loop.
    enum Order {
        /// Finish what is under way, and end.
        case stop
        /// Use another configuration.
        case apply(ServerConfiguration)
    }

    final class Client {
        let socket: AcceptedSocket
        let place: ListeningPlace
        var connection: Connection
        var interest: Readiness
        /// Octets that waited to be written when it was last looked at.
        var waiting = 0
        /// Whether its last turn took all its time.
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
    /// Those that a reload has removed, as long as clients wait in their queues.
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
    /// The clients that are served after all others, in their order.
    var line: [UInt64] = []
    /// The most clients at once since memory was released last.
    var peakConnections = 0

    /// How long one client may be served while others wait; an answer that was begun is made.
    var turnTime = Duration.milliseconds(10)
    /// Octets that may wait for clients that do not read, all together; beyond them the slowest of these are closed, and
    /// large documents are refused to others.
    var waitingLimit = 64 << 20

    /// How exactly deadlines are kept; more exactly during shutdown.
    private var sweepInterval: Duration { .milliseconds(closesAt == nil ? 100 : 10) }
    /// How long clients that connect before the first pass is done wait for it; then they get the answer that it is not.
    private static let firstPassLimit = Duration.milliseconds(500)
    /// How long answers under way may take once the daemon stops.
    private static let drainTime = Duration.milliseconds(500)
    /// The smallest peak of connections whose memory is worth releasing.
    private static let smallestPeak = 256
    private static let wakeToken: UInt64 = 0
    /// A client that reads nothing for so long may be closed to make room for others.
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

    /// Runs until the `order` that it gets when it is woken is to stop, and until the answers under way are written.
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

    /// Between two clients: reads the clock, and records progress.
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

    /// How long to wait for events: until something may be due; nil without clients, for ever.
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

    /// Handles the deadlines that have passed.
    private func sweep() {
        guard moment.now - lastSweep >= sweepInterval else { return }
        lastSweep = moment.now
        for (token, client) in clients {
            // What a deferred client has sent may not have been read yet.
            guard !client.isDeferred, let deadline = client.connection.deadline, deadline <= moment.now else {
                continue
            }
            settle(client, token, client.connection.timePassed(at: moment))
        }
        if let acceptResumesAt, acceptResumesAt <= moment.now { resumeAccepting() }
        if let closesAt, closesAt <= moment.now { clients = [:] }
        trimHeap()
    }

    /// The memory of a peak of connections goes back to the kernel once most of them are gone: the allocator would keep it for the next.
    private func trimHeap() {
        guard peakConnections >= Self.smallestPeak, clients.count <= peakConnections / 8 else { return }
        peakConnections = clients.count
        Heap.trim()
    }

    /// Clients in the queue of a listener stay there: that of a passed one is the service manager's, and the next
    /// daemon answers. What has arrived on a connection is taken up first: to close it unread would reset the connection,
    /// and the request would be lost.
    private func drain() {
        guard closesAt == nil else { return }
        closesAt = moment.now + Self.drainTime
        acceptResumesAt = nil
        awaitsFirstPass = false
        for listener in listeners.values { try? poller.remove(listener.number) }
        for token in clients.keys {
            // To make room for another's answer, one may have been ended meanwhile.
            guard let client = clients[token] else { continue }
            serve(client, token, .read)
            if clients[token] != nil { settle(client, token, client.connection.drain(at: moment)) }
        }
    }
}
