// Accepting connections from listeners, which a reload adds and removes. While descriptors or memory are exhausted, clients
// wait in the queues of the listeners.

import HTTP
import Linux
import Logging
import SelfConnect

extension HTTPEventLoop {
    /// How long accepting pauses when descriptors or memory are exhausted.
    private static let acceptPause = Duration.milliseconds(500)
    /// The length of a listener's queue, unless net.core.somaxconn is larger.
    private static let longestQueue = 4_096
    /// From one warning about such a pause to the next.
    private static let warningInterval = Duration.seconds(60)

    // MARK: Reload

    /// Limits hold for connections that begin from now on, access rules for every request from now on. Connections
    /// outlive the listener that they came from.
    func apply(_ terms: ServerConfiguration) {
        limits = terms.limits
        admission.change(limit: terms.connections.total, perClient: terms.connections.perClient)
        routes.access = terms.access
        let wanted = Set(terms.listeners.map { ObjectIdentifier($0) })
        for (token, listener) in listeners where !wanted.contains(ObjectIdentifier(listener)) {
            removeListener(listener, token)
        }
        let present = Set(listeners.values.map { ObjectIdentifier($0) })
        for listener in terms.listeners where !present.contains(ObjectIdentifier(listener)) { addListener(listener) }
    }

    private func removeListener(_ listener: any Listener, _ token: UInt64) {
        if acceptResumesAt == nil { try? poller.remove(listener.number) }
        listeners[token] = nil
        listener.removeSocketFiles()
        removedListeners.append(listener)
        drainRemovedListeners()
    }

    /// Clients in the queue of a removed listener connected before the reload: they are accepted up to the limit, and the
    /// rest are rejected. While accepting is paused they wait.
    private func drainRemovedListeners() {
        while acceptResumesAt == nil, let listener = removedListeners.last {
            accept(from: listener, atMost: Self.longestQueue)
            if acceptResumesAt == nil { removedListeners.removeLast() }
        }
    }

    private func addListener(_ listener: any Listener) {
        lastToken += 1
        listeners[lastToken] = listener
        guard acceptResumesAt == nil else { return }
        do throws(SystemCallError) {
            try poller.add(listener.number, for: .read, token: lastToken)
        } catch {
            pauseAccepting(because: error)
        }
    }

    // MARK: Accepting

    /// - Parameter limit: a bound on the turn, so that a flood of new clients does not starve those that are there.
    func accept(from listener: any Listener, atMost limit: Int = 64) {
        guard acceptResumesAt == nil, closesAt == nil else { return }
        for _ in 0..<limit {
            do throws(SystemCallError) {
                guard let socket = try listener.accept() else { return }
                try admit(socket, from: listener)
            } catch {
                pauseAccepting(because: error)
                return
            }
        }
    }

    private func admit(_ socket: AcceptedSocket, from listener: any Listener) throws(SystemCallError) {
        if let refusal = admission.admit(socket.peer) {
            guard makeRoom(for: socket.peer, refusal), admission.admit(socket.peer) == nil else {
                routes.connections.count(refusal)
                reject(socket)
                return
            }
        }
        lastToken += 1
        do throws(SystemCallError) {
            try poller.add(socket.number, for: .read, token: lastToken)
        } catch {
            admission.leave(socket.peer)
            throw error
        }
        clients[lastToken] = Client(socket, from: listener, Connection(limits: limits, at: moment))
        routes.connections.open = clients.count
        peakConnections = max(peakConnections, clients.count)
    }

    /// A client that takes so long to read an answer may be closed to make room for another.
    private static let answerTime = Duration.seconds(5)
    /// How many connections are tried to make room for one.
    private static let displacements = 4

    /// Closes a connection in favour of a new one, so that no client exhausts the connections by holding them: one of the
    /// client that has most, or of the new connection's own client where that has reached its limit. A request that has
    /// arrived on it is answered first, so that a burst of clients loses no request.
    ///
    /// - Returns: whether there is room.
    private func makeRoom(for newcomer: IPAddress?, _ refusal: ConnectionLimiter.Refusal) -> Bool {
        let own = ConnectionLimiter.Client(newcomer)
        for _ in 0..<Self.displacements {
            guard let holder = refusal == .perClient ? own : admission.largest,
                let (token, client) = displaceable(of: holder, for: own)
            else { return false }
            let isWaitedFor = client.connection.awaitsClient
            if isWaitedFor { serve(client, token, .read) }
            guard clients[token] != nil else { return true }
            // An answer that the socket did not take at once is under way, and goes on.
            guard !isWaitedFor || client.connection.awaitsClient else { continue }
            // One that has had an answer has to expect an end at any time (RFC 9112 §9.3.1).
            if isWaitedFor, client.connection.requestCount == 0 { reject(client.socket) }
            close(client, token, .displaced)
            return true
        }
        return false
    }

    /// The connection of a client that is closed first: of those that wait for it, the oldest that was never answered, or else
    /// the oldest; then one that reads its answers slowly or not at all. Any other answer under way is cut off only for a
    /// client that has fewer connections.
    private func displaceable(of holder: ConnectionLimiter.Client, for own: ConnectionLimiter.Client) -> (
        UInt64, Client
    )? {
        let theirs = clients.filter { ConnectionLimiter.Client($0.value.socket.peer) == holder }
        let waiting = theirs.filter { $0.value.connection.awaitsClient && !$0.value.isDeferred }
        let first = waiting.min { one, other in
            let (isOld, isOtherOld) = (one.value.connection.requestCount > 0, other.value.connection.requestCount > 0)
            return isOld == isOtherOld ? one.key < other.key : isOtherOld
        }
        if let first { return (first.key, first.value) }
        let slow = theirs.filter { _, client in
            let isUnread = client.connection.unreadSince.map { moment.now - $0 >= Self.readingPause } ?? false
            return isUnread || client.connection.answeringSince.map { moment.now - $0 >= Self.answerTime } ?? false
        }
        if let slowest = slow.min(by: { $0.key < $1.key }) { return (slowest.key, slowest.value) }
        guard holder != own, admission[holder] > admission[own] + 1 else { return nil }
        return theirs.min { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Sends the reason, if the socket takes it at once; a client that has sent its request already may not read it.
    private func reject(_ socket: AcceptedSocket) {
        let response = Response(error: .serviceUnavailable, message: "Connection limit reached.")
            .with("Retry-After", "1")
        var head: [UInt8] = []
        ResponseEncoder.appendHead(of: response, at: moment, persistence: .close, to: &head)
        _ = socket.write(head.span, response.content.span)
        socket.finishWriting()
    }

    /// Descriptors or memory are exhausted: clients stay in the kernel's queue for a while.
    private func pauseAccepting(because error: SystemCallError) {
        routes.connections.pauses += 1
        if nextWarningAt.map({ $0 <= moment.now }) ?? true {
            logger.warning("accept failed; pausing", metadata: ["error": "\(error)"])
            nextWarningAt = moment.now + Self.warningInterval
        }
        for listener in listeners.values { try? poller.remove(listener.number) }
        acceptResumesAt = moment.now + Self.acceptPause
    }

    /// The first client finds verdicts, also after a restart under socket activation.
    func openAfterFirstPass() {
        if awaitsFirstPass, routes.source.generation > 0 { resumeAccepting() }
    }

    func resumeAccepting() {
        awaitsFirstPass = false
        acceptResumesAt = nil
        do throws(SystemCallError) {
            for (token, listener) in listeners { try poller.add(listener.number, for: .read, token: token) }
        } catch {
            pauseAccepting(because: error)
        }
        drainRemovedListeners()
    }
}
