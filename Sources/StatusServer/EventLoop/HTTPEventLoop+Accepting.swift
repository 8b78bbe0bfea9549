// Accepting connections from listeners, which a reload adds and removes. While descriptors or memory are exhausted,
// connections wait in the queues of the listeners.

import HTTP
import Linux
import Logging
import SelfConnect

extension HTTPEventLoop {
    /// The length of a listener's queue, unless net.core.somaxconn is larger.
    private static let longestQueue = 4_096
    /// How many connections are tried to make room for one.
    private static let displacements = 4

    // MARK: Reload

    /// Limits apply to new connections, access rules to all further requests. Connections outlive their listener.
    func apply(_ configuration: ServerConfiguration) {
        limits = configuration.limits
        rules.limiter.change(limit: configuration.connections.total, perClient: configuration.connections.perClient)
        routes.apply(configuration)
        let wanted = Set(configuration.listeners.map { ObjectIdentifier($0) })
        for (token, listener) in listeners.active where !wanted.contains(ObjectIdentifier(listener)) {
            removeListener(listener, token)
        }
        let present = Set(listeners.active.values.map { ObjectIdentifier($0) })
        for listener in configuration.listeners where !present.contains(ObjectIdentifier(listener)) {
            addListener(listener)
        }
    }

    private func removeListener(_ listener: any Listener, _ token: UInt64) {
        if rules.gate.isOpen { try? poller.remove(listener.number) }
        listeners.active[token] = nil
        listener.removeSocketFiles()
        listeners.removed.append(listener)
        drainRemovedListeners()
    }

    /// Clients in the queue of a removed listener connected before the reload: they are accepted up to the limit, and the
    /// rest are rejected. While accepting is paused they wait.
    private func drainRemovedListeners() {
        while rules.gate.isOpen, let listener = listeners.removed.last {
            accept(from: listener, atMost: Self.longestQueue)
            if rules.gate.isOpen { listeners.removed.removeLast() }
        }
    }

    private func addListener(_ listener: any Listener) {
        lastToken += 1
        listeners.active[lastToken] = listener
        guard rules.gate.isOpen else { return }
        do throws(SystemCallError) {
            try poller.add(listener.number, for: .read, token: lastToken)
        } catch {
            pauseAccepting(because: error)
        }
    }

    // MARK: Accepting

    /// - Parameters:
    ///   - limit: maximum per call, so that a flood of new clients does not starve existing ones.
    ///   - end: when to stop even before, because making room takes long.
    func accept(from listener: any Listener, atMost limit: Int = 64, until end: Duration? = nil) {
        guard rules.gate.isOpen else { return }
        for _ in 0..<limit {
            if let end, moment.now >= end { return }
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
        if let refusal = rules.limiter.admit(socket.peer) {
            guard makeRoom(for: socket.peer, refusal), rules.limiter.admit(socket.peer) == nil else {
                routes.connections.count(refusal)
                reject(socket)
                return
            }
        }
        lastToken += 1
        do throws(SystemCallError) {
            try poller.add(socket.number, for: .read, token: lastToken)
        } catch {
            rules.limiter.leave(socket.peer)
            throw error
        }
        clients[lastToken] = HTTPClient(socket, from: listener, Connection(limits: limits, at: moment))
        routes.connections.open = clients.count
        rules.peak.record(clients.count)
    }

    /// Closes a connection in favour of a new one, so that no client exhausts the connections by holding them: one of the
    /// client that has most, or of the new connection's own client where that has reached its limit.
    ///
    /// - Returns: whether there is room.
    private func makeRoom(for newcomer: IPAddress?, _ refusal: ConnectionLimiter.Refusal) -> Bool {
        let own = ConnectionLimiter.Client(newcomer)
        for _ in 0..<Self.displacements {
            guard let holder = refusal == .perClient ? own : rules.limiter.largest else { return false }
            if closeOne(of: holder, for: own) || closeAfterNextDocument(of: holder) { return true }
        }
        return false
    }

    /// Closes the connection of `holder` that may end first. A request that has arrived on it is answered before, so that a
    /// burst of clients loses no request.
    ///
    /// - Returns: false if there is none, or if its response takes longer.
    private func closeOne(of holder: ConnectionLimiter.Client, for own: ConnectionLimiter.Client) -> Bool {
        guard let token = victim(of: holder, for: own), let client = clients[token] else { return false }
        if client.connection.awaitsClient {
            serve(client, token, .read)
            guard clients[token] != nil else { return true }
            guard client.connection.awaitsClient else { return false }
            // After a response, a client must expect the end of the connection at any time (RFC 9112 §9.3.1).
            if client.connection.requestCount == 0 { reject(client.socket) }
        } else if client.connection.isResponding, client.unsent == 0 {
            reject(client.socket)
        }
        close(client, token, .displaced)
        return true
    }

    /// Waits for the next document if `holder` waits for one, sends it, and closes a connection of `holder` that it was for.
    private func closeAfterNextDocument(of holder: ConnectionLimiter.Client) -> Bool {
        let isResponding = clients.values.contains { client in
            client.connection.isResponding && ConnectionLimiter.Client(client.socket.peer) == holder
        }
        guard isResponding, routes.waitForFinished() else { return false }
        advanceClock()
        for token in sendFinished() {
            guard let client = clients[token], client.connection.awaitsClient,
                ConnectionLimiter.Client(client.socket.peer) == holder
            else { continue }
            close(client, token, .displaced)
            return true
        }
        return false
    }

    /// A response under way is cut off only for a client that has fewer connections.
    private func victim(of holder: ConnectionLimiter.Client, for own: ConnectionLimiter.Client) -> UInt64? {
        let theirs = clients.filter { ConnectionLimiter.Client($0.value.socket.peer) == holder }
        return Displacement.victim(
            among: candidates(theirs), mayInterrupt: holder != own && rules.limiter[holder] > rules.limiter[own] + 1,
            at: moment.now)
    }

    /// Sends the reason if the socket accepts it at once; a client that has already sent its request may not read it.
    private func reject(_ socket: AcceptedSocket) {
        let response = Response(error: .serviceUnavailable, message: "Connection limit reached.")
            .with("Retry-After", "1")
        var head: [UInt8] = []
        ResponseEncoder.appendHead(of: response, at: moment, persistence: .close, to: &head)
        _ = socket.write(head.span, response.content.span)
        socket.finishWriting()
    }

    private func pauseAccepting(because error: SystemCallError) {
        // Before the first pass, and while accepting is paused already, the poller does not wait for listeners.
        if rules.gate.isOpen { for listener in listeners.active.values { try? poller.remove(listener.number) } }
        if rules.gate.fail(at: moment.now) {
            logger.warning("accept failed; pausing", metadata: ["error": "\(error)"])
        }
        routes.connections.pauses = rules.gate.pauses
    }

    func resumeAccepting() {
        do throws(SystemCallError) {
            for (token, listener) in listeners.active { try poller.add(listener.number, for: .read, token: token) }
        } catch {
            pauseAccepting(because: error)
        }
        drainRemovedListeners()
    }
}
