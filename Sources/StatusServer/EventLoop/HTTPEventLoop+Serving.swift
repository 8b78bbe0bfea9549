// Serving connections: reading, answering and writing, fairly. One client is served for a bounded time while others wait,
// and unsent answers are bounded for all clients together.

import HTTP
import Linux
import SelfConnect

extension HTTPEventLoop {
    // MARK: Serving

    /// Reads from and writes to a socket that is ready.
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
        advanceClock()
        client.exceededTimeSlice = moment.now - start >= turnTime
    }

    func deferClient(_ client: Client, _ token: UInt64) {
        guard !client.isDeferred else { return }
        client.isDeferred = true
        line.append(token)
    }

    /// Clients that exceeded their request or time quota are served last; as many of them as the time of one turn allows, so
    /// that the next client waits no longer than that.
    func serveDeferredClients() {
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

    /// Closes the connection with most unsent data, of those whose clients have read nothing for a while.
    private func closeSlowestReader(besides client: Client) {
        let others = slowReaders(besides: client)
        guard let slowest = others.max(by: { $0.value.waiting < $1.value.waiting }) else { return }
        close(slowest.value, slowest.key, .unread)
    }

    /// How many clients have read nothing for so long that they may be closed to make room.
    var slowReaderCount: Int { slowReaders(besides: nil).count }

    /// Without the client that is being answered, whose connection is in use.
    private func slowReaders(besides client: Client?) -> [UInt64: Client] {
        clients.filter { _, other in
            other !== client && other.connection.unreadSince.map { moment.now - $0 >= Self.readingPause } ?? false
        }
    }

    private func updatePendingOctets(of client: Client, _ octets: Int) {
        waiting += octets - client.waiting
        client.waiting = octets
    }

    /// Carries out an action, writes what can be written, and waits for what the connection wants.
    func settle(_ client: Client, _ token: UInt64, _ action: Connection.Action) {
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
        updatePendingOctets(of: client, client.connection.output.count)
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
        updatePendingOctets(of: client, 0)
        clients[token] = nil
        admission.leave(client.socket.peer)
        routes.connections.count(end)
        routes.connections.open = clients.count
    }
}
