// Serving connections: reading, answering and writing, with fair scheduling. While others wait, the time for one client
// is limited, and so is unsent output of all clients together.

import HTTP
import Linux
import SelfConnect

extension HTTPEventLoop {
    // MARK: Serving

    /// Reads from and writes to a socket that is ready.
    func serve(_ client: HTTPClient, _ token: UInt64, _ readiness: Readiness) {
        let start = moment.now
        var action = Connection.Action.proceed
        if readiness.contains(.read), client.connection.wantsRead {
            action = read(client, token)
        } else if !readiness.isDisjoint(with: .failed) {
            action = client.connection.transportFailed()
        }
        settle(client, token, action)
        endTurn(of: client, since: start)
    }

    private func read(_ client: HTTPClient, _ token: UInt64) -> Connection.Action {
        switch client.socket.read(into: &buffer) {
        case .moved(let count):
            let received = buffer
            return client.connection.received(
                received.span.extracting(0..<count), at: moment, hasTime: hasTime, answer: { answer($0, client, token) }
            )
        case .ended: return client.connection.receivedEnd(at: moment)
        case .broken: return client.connection.transportFailed()
        case .wouldBlock: return .proceed
        }
    }

    // MARK: Turns

    /// Whether the turn that began at `moment` may go on.
    private func hasTime() -> Bool { !rules.turns.isUsedUp(since: moment.now, at: Clock.monotonic) }

    private func endTurn(of client: HTTPClient, since start: Duration) {
        advanceClock()
        client.hasUsedUpTurn = rules.turns.isUsedUp(since: start, at: moment.now)
    }

    func serveDeferredClients() {
        rules.turns.beginRound(at: moment.now)
        while let token = rules.turns.next(at: moment.now) {
            if let client = clients[token] { takeTurn(client, token) }
        }
    }

    private func takeTurn(_ client: HTTPClient, _ token: UInt64) {
        let start = moment.now
        let action =
            client.connection.wantsRead
            ? read(client, token)
            : client.connection.takeTurn(at: moment, hasTime: hasTime, answer: { answer($0, client, token) })
        settle(client, token, action)
        endTurn(of: client, since: start)
    }

    // MARK: Responses

    private func answer(_ request: Request, _ client: HTTPClient, _ token: UInt64) -> Response? {
        if rules.unsent.isExceeded { closeSlowestReader(besides: client) }
        return routes.answer(
            request, over: client.place, for: token, at: moment.now, isCrowded: rules.unsent.isExceeded)
    }

    /// Sends responses that were not ready when they were requested, for one turn; the rest has to wait for the next.
    ///
    /// - Returns: the clients that got one.
    @discardableResult func sendFinished() -> [UInt64] {
        let start = moment.now
        var served: [UInt64] = []
        hasFinished = false
        while let finished = routes.nextFinished() {
            // The client may have gone.
            guard let client = clients[finished.token] else { continue }
            if rules.unsent.isExceeded { closeSlowestReader(besides: client) }
            let response = routes.response(finished, isCrowded: rules.unsent.isExceeded)
            settle(client, finished.token, client.connection.answered(response, at: moment))
            served.append(finished.token)
            advanceClock()
            hasFinished = rules.turns.isUsedUp(since: start, at: moment.now)
            if hasFinished { break }
        }
        return served
    }

    /// Answers the requests for which there is no time left.
    func excuseResponding() {
        let excuse = Response(error: .serviceUnavailable, message: "The daemon is stopping.").with("Retry-After", "1")
        for (token, client) in clients where client.connection.isResponding {
            settle(client, token, client.connection.answered(excuse, at: moment))
        }
    }

    /// - Parameter client: the one that is being answered: its connection is in use.
    private func closeSlowestReader(besides client: HTTPClient) {
        let others = candidates(clients.filter { $0.value !== client })
        guard let token = Displacement.slowestReader(among: others, at: moment.now), let slowest = clients[token]
        else { return }
        close(slowest, token, .unread)
    }

    /// What decides which of these connections is closed in favour of others.
    func candidates(_ clients: [UInt64: HTTPClient]) -> [Displacement.Candidate] {
        clients.map { token, client in
            Displacement.Candidate(
                token: token, awaitsClient: client.connection.awaitsClient, isDeferred: rules.turns.contains(token),
                wasAnswered: client.connection.requestCount > 0, unreadSince: client.connection.unreadSince,
                answeringSince: client.connection.answeringSince, unsent: client.unsent)
        }
    }

    private func updateUnsent(of client: HTTPClient, _ octets: Int) {
        rules.unsent.replace(client.unsent, with: octets)
        client.unsent = octets
    }

    /// Carries out an action, writes what can be written, and waits for what the connection wants.
    func settle(_ client: HTTPClient, _ token: UInt64, _ action: Connection.Action) {
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
    private func write(_ client: HTTPClient) -> Connection.Action? {
        let transfer = client.connection.output.withNext { client.socket.write($0, $1) }
        switch transfer {
        case .moved(let count): return client.connection.wrote(count, at: moment)
        case .wouldBlock: return nil
        case .ended, .broken: return client.connection.transportFailed()
        }
    }

    private func wait(for client: HTTPClient, _ token: UInt64) {
        updateUnsent(of: client, client.connection.output.count)
        if client.connection.wantsTurn { rules.turns.append(token) }
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

    func close(_ client: HTTPClient, _ token: UInt64, _ end: Connection.End) {
        if case .refused(let status) = end { routes.countInvalid(status) }
        updateUnsent(of: client, 0)
        clients[token] = nil
        routes.cancel(token)
        rules.limiter.leave(client.socket.peer)
        routes.connections.count(end)
        routes.connections.open = clients.count
    }
}
