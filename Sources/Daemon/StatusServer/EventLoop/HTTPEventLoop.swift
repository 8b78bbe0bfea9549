// The epoll loop. What to do with a connection is decided by HTTP.Connection; here its wishes are carried out, and
// what all connections share is bounded: their number, what waits when descriptors run out, and the time that one may
// take while others wait.

import HTTP
import Linux
import Logging
import SelfConnect

/// Accepts, reads, writes and closes, on one thread.
final class HTTPEventLoop {
    /// What it is woken for.
    enum Order {
        /// Finish what is under way, and end.
        case stop
        /// Work by other terms.
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
        /// Whether it is among those who wait for their turn.
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
    /// Those that a reload has taken away, as long as clients wait in their queues.
    var dismissed: [any Listener] = []
    var admission: ConnectionLimiter
    var clients: [UInt64: Client] = [:]
    var lastToken: UInt64
    var moment: Moment
    private var buffer = [UInt8](repeating: 0, count: 65536)
    var acceptResumesAt: Duration?
    var awaitsFirstPass = true
    var nextWarningAt: Duration?
    var closesAt: Duration?
    private var lastSweep = Duration.zero
    /// Those who go on when all others have been served, in their order.
    private var line: [UInt64] = []
    /// The most clients at once since memory was given back last.
    var crowd = 0

    /// How long one client may be served while others wait; an answer that was begun is made.
    var turnTime = Duration.milliseconds(10)
    /// Octets that may wait for clients that do not read, all together; beyond them the worst of these are ended, and
    /// nobody else is given much.
    var waitingLimit = 64 << 20

    /// How exactly deadlines are kept; at the end, when somebody waits for it, more exactly.
    private var sweepInterval: Duration { .milliseconds(closesAt == nil ? 100 : 10) }
    /// How long those who come before the first pass is done wait for it; after that they are told that it is not.
    private static let firstPassPatience = Duration.milliseconds(500)
    /// How long answers under way may take once the daemon stops.
    private static let drainTime = Duration.milliseconds(500)
    /// So many clients at once leave behind what is worth giving back.
    private static let smallestCrowd = 256
    private static let wakeToken: UInt64 = 0
    /// Whoever reads nothing for so long may be ended for the sake of others.
    static let readingPause = Duration.seconds(1)
    private var waiting = 0

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

    /// Runs until the `order` that it asks for when it is woken is to stop, and until the answers under way are written.
    func run(wokenBy wake: WakeSignal, order: () -> Order?) throws(SystemCallError) {
        try poller.add(wake.number, for: .read, token: Self.wakeToken)
        acceptResumesAt = moment.now + Self.firstPassPatience
        var ready: [(token: UInt64, readiness: Readiness)] = []
        while closesAt == nil || !clients.isEmpty {
            ready.removeAll(keepingCapacity: true)
            try poller.wait(patience) { ready.append(($0, $1)) }
            goOn()
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

    /// Between two clients: it is later, and something was done.
    private func goOn() {
        moment.advance(now: Clock.monotonic, unixTime: Int64(Clock.wall.seconds))
        routes.source.progress.beat(.http, at: moment.now)
    }

    private func handle(_ order: Order?) {
        switch order {
        case .stop: drain()
        case .apply(let terms) where closesAt == nil: apply(terms)
        case .apply, nil: break
        }
    }

    /// Until something may be due; without clients, for ever.
    private var patience: Duration? {
        guard line.isEmpty else { return .zero }
        let mayRest = clients.isEmpty && acceptResumesAt == nil && closesAt == nil && crowd < Self.smallestCrowd
        return mayRest ? nil : sweepInterval
    }

    private static func now() -> Moment {
        Moment(now: Clock.monotonic, unixTime: Int64(Clock.wall.seconds))
    }

    // MARK: Serving

    /// Does what can be done about a socket that is ready.
    func serve(_ client: Client, _ token: UInt64, _ readiness: Readiness) {
        let start = moment.now
        var action = Connection.Action.proceed
        if readiness.contains(.read), client.connection.wantsRead {
            action = read(client)
        } else if !readiness.isDisjoint(with: .failed) {
            action = client.connection.transportFailed()
        }
        settle(client, token, action)
        endTurn(of: client, since: start)
    }

    private func read(_ client: Client) -> Connection.Action {
        switch client.socket.read(into: &buffer) {
        case .moved(let count):
            let received = buffer
            return client.connection.received(
                received.span.extracting(0..<count), at: moment, hasTime: hasTime, answer: { answer($0, client) })
        case .ended: return client.connection.receivedEnd(at: moment)
        case .broken: return client.connection.transportFailed()
        case .wouldBlock: return .proceed
        }
    }

    // MARK: Turns

    /// Whether the turn that began at `moment` may go on.
    private func hasTime() -> Bool { Clock.monotonic - moment.now < turnTime }

    private func endTurn(of client: Client, since start: Duration) {
        goOn()
        client.exceededTimeSlice = moment.now - start >= turnTime
    }

    private func deferClient(_ client: Client, _ token: UInt64) {
        guard !client.isDeferred else { return }
        client.isDeferred = true
        line.append(token)
    }

    /// Whoever sent more requests than a turn has answers, or needed all its time the last time, goes on after everybody
    /// else; of these as many as the time of one turn is enough for, so that who comes next waits no longer.
    private func serveDeferredClients() {
        let end = moment.now + turnTime
        let count = line.count
        var next = 0
        while next < count, moment.now < end {
            let token = line[next]
            next += 1
            guard let client = clients[token] else { continue }
            client.isDeferred = false
            takeTurn(client, token)
        }
        line.removeFirst(next)
    }

    private func takeTurn(_ client: Client, _ token: UInt64) {
        let start = moment.now
        let action =
            client.connection.wantsRead
            ? read(client)
            : client.connection.takeTurn(at: moment, hasTime: hasTime, answer: { answer($0, client) })
        settle(client, token, action)
        endTurn(of: client, since: start)
    }

    // MARK: Answers

    private func answer(_ request: Request, _ client: Client) -> Response {
        if waiting >= waitingLimit { closeSlowestReader(besides: client) }
        return routes.answer(
            request, over: client.place, at: moment.now, isCrowded: waiting >= waitingLimit)
    }

    /// Ends the connection for which most waits, of those whose clients have read nothing for a while.
    private func closeSlowestReader(besides client: Client) {
        let others = hoarders(besides: client)
        guard let hoarder = others.max(by: { $0.value.waiting < $1.value.waiting }) else { return }
        close(hoarder.value, hoarder.key, .unread)
    }

    /// How many clients have read nothing for so long that they may be ended to make room.
    var hoarderCount: Int { hoarders(besides: nil).count }

    /// Without the client that is being answered, whose connection is in use.
    private func hoarders(besides client: Client?) -> [UInt64: Client] {
        clients.filter { _, other in
            other !== client && other.connection.unreadSince.map { moment.now - $0 >= Self.readingPause } ?? false
        }
    }

    private func account(for client: Client, _ octets: Int) {
        waiting += octets - client.waiting
        client.waiting = octets
    }

    /// Carries out an action, writes what can be written, and waits for what the connection wants.
    private func settle(_ client: Client, _ token: UInt64, _ action: Connection.Action) {
        var action = action
        while true {
            switch action {
            case .close(let end):
                close(client, token, end)
                return
            case .shutDownWriting:
                client.socket.finishWriting()
                action = .proceed
            case .proceed:
                guard client.connection.wantsWrite, let next = write(client) else {
                    wait(for: client, token)
                    return
                }
                action = next
            }
        }
    }

    /// What follows from a write; nil when the socket takes nothing more now.
    private func write(_ client: Client) -> Connection.Action? {
        let transfer = client.connection.output.withNext { client.socket.write($0, $1) }
        switch transfer {
        case .moved(let count): return client.connection.wrote(count, at: moment)
        case .wouldBlock: return nil
        case .ended, .broken: return client.connection.transportFailed()
        }
    }

    private func wait(for client: Client, _ token: UInt64) {
        account(for: client, client.connection.output.count)
        if client.connection.wantsTurn { deferClient(client, token) }
        var interest: Readiness = []
        if client.connection.wantsRead { interest.insert(.read) }
        if client.connection.wantsWrite { interest.insert(.write) }
        guard interest != client.interest else { return }
        client.interest = interest
        do throws(SystemCallError) {
            try poller.change(client.socket.number, to: interest, token: token)
        } catch {
            close(client, token, .lost)
        }
    }

    func close(_ client: Client, _ token: UInt64, _ end: Connection.End) {
        if case .refused(let status) = end { routes.countInvalid(status) }
        account(for: client, 0)
        clients[token] = nil
        admission.leave(client.socket.peer)
        routes.connections.count(end)
        routes.connections.open = clients.count
    }

    // MARK: Time

    /// Tells connections whose deadline has come, and ends what has to end.
    private func sweep() {
        guard moment.now - lastSweep >= sweepInterval else { return }
        lastSweep = moment.now
        for (token, client) in clients {
            // What who stands in line has sent may not have been read yet.
            guard !client.isDeferred, let deadline = client.connection.deadline, deadline <= moment.now else {
                continue
            }
            settle(client, token, client.connection.timePassed(at: moment))
        }
        if let acceptResumesAt, acceptResumesAt <= moment.now { resumeAccepting() }
        if let closesAt, closesAt <= moment.now { clients = [:] }
        trimHeap()
    }

    /// What a crowd needed goes back to the kernel once most of it is gone: the allocator would keep it for the next.
    private func trimHeap() {
        guard crowd >= Self.smallestCrowd, clients.count <= crowd / 8 else { return }
        crowd = clients.count
        Heap.trim()
    }

    /// Whoever waits in the queue of a listener stays there: that of a passed one is the service manager's, and the next
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
