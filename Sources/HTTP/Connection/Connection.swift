// The state machine of one connection. It owns no socket and no clock: its owner passes events with their time and
// performs the returned actions. So all rules about order, limits and deadlines are in one place and can be tested
// without a network.
//
// The owner passes an event, performs the returned action, writes the contents of `output`, and waits for `wantsRead`,
// `wantsWrite`, `wantsTurn` or `deadline`, whichever comes first.
//
// A client may pipeline many requests. They are answered in turns: received octets start a turn, which ends after a few
// responses or when the owner's time slice is used up; the owner decides when the next turn starts.

/// The state of one connection: events in, actions out.
package struct Connection: Sendable {
    let limits: Limits
    var parser: RequestParser
    var phase: Phase = .head
    /// Octets that were received but not processed, because too much output is pending or the turn has ended.
    var input: [UInt8] = []
    var inputHasEnded = false
    var isDraining = false
    /// The deadline for the client's input: the head, the content, or the idle time between requests.
    var inputDeadline: Duration?
    /// When output was last written, or queued while the queue was empty.
    var outputProgress: Duration
    /// When output was last queued while the queue was empty.
    var outputStart: Duration

    /// The output to write.
    package internal(set) var output = OutputQueue()
    /// Number of responses queued since the output was last empty.
    var answersAtOnce = 0
    /// Number of answered requests, without invalid ones.
    package internal(set) var requestCount = 0

    /// A connection that was accepted at this moment.
    package init(limits: Limits, at moment: Moment) {
        self.limits = limits
        parser = RequestParser(limits: limits)
        inputDeadline = moment.now + limits.headerDeadline
        outputProgress = moment.now
        outputStart = moment.now
    }

    /// How long a shutdown waits for a request that the client has not started to send: longer than nearly every
    /// network path takes.
    private static let drainLimit = Duration.milliseconds(100)

    // MARK: Events

    /// The client has sent these octets. Starts a turn.
    ///
    /// - Parameters:
    ///   - hasTime: called after each response; returns whether the turn may continue.
    ///   - answer: called for each request, in order, before this method returns; nil if `answered` will be called with the
    ///     response. No further request is read before that.
    package mutating func received(
        _ bytes: Octets, at moment: Moment, hasTime: () -> Bool = { true }, answer: (Request) -> Response?
    ) -> Action {
        guard keepsInput else { return settle(at: moment) }
        if input.isEmpty {
            let taken = process(bytes, at: moment, hasTime: hasTime, answer: answer)
            if keepsInput { input.append(bytes.extracting(taken..<bytes.count)) }
        } else {
            input.append(bytes)
            takeInput(at: moment, hasTime: hasTime, answer: answer)
        }
        return settle(at: moment)
    }

    /// Processes pending requests. Needed when `wantsTurn` is true; harmless otherwise.
    ///
    /// - Parameters:
    ///   - hasTime: called after each response; returns whether the turn may continue.
    ///   - answer: called for each request, in order, before this method returns; nil if `answered` will be called with the
    ///     response. No further request is read before that.
    package mutating func takeTurn(
        at moment: Moment, hasTime: () -> Bool = { true }, answer: (Request) -> Response?
    ) -> Action {
        if wantsTurn { takeInput(at: moment, hasTime: hasTime, answer: answer) }
        return settle(at: moment)
    }

    /// The response to the request that waits for it. Harmless if none does.
    package mutating func answered(_ response: Response, at moment: Moment) -> Action {
        if case .responding(let request, let isUnwanted) = phase {
            finish(request, unwanted: isUnwanted, with: response, at: moment)
        }
        return settle(at: moment)
    }

    /// The client has closed its sending side; it may still read.
    package mutating func receivedEnd(at moment: Moment) -> Action {
        inputHasEnded = true
        return settle(at: moment)
    }

    /// This many octets of the output were written to the socket.
    package mutating func wrote(_ count: Int, at moment: Moment) -> Action {
        output.remove(count)
        if output.isEmpty { answersAtOnce = 0 }
        if count > 0 { outputProgress = moment.now }
        return settle(at: moment)
    }

    /// Checks the deadlines. Needed when `deadline` has passed; harmless before.
    package mutating func timePassed(at moment: Moment) -> Action {
        guard let deadline, moment.now >= deadline else { return settle(at: moment) }
        if case .lingering(let end, _) = phase { return close(end) }
        if let outputDeadline, moment.now >= outputDeadline { return close(.unread) }
        guard !isIdle else { return close(isDraining ? .drained : .idle) }
        refuse(
            RequestError(.requestTimeout, "The request did not come completely in time."), of: methodInProgress,
            at: moment)
        return settle(at: moment)
    }

    /// The listener is shutting down. A partially received request is still answered, as is the first request of a
    /// client that has not sent any, if it arrives soon: it may be in transit. A connection that is idle after a
    /// response is closed now, which a client must expect at any time (RFC 9112 §9.3.1).
    package mutating func drain(at moment: Moment) -> Action {
        isDraining = true
        let end = moment.now + Connection.drainLimit
        if isIdle, input.isEmpty, requestCount == 0 { inputDeadline = min(inputDeadline ?? end, end) }
        if case .lingering(let reason, let until) = phase { phase = .lingering(reason, until: min(until, end)) }
        return settle(at: moment)
    }

    /// The socket failed.
    package mutating func transportFailed() -> Action { close(.lost) }

    // MARK: Ends

    /// Updates the state after an event and determines the action.
    private mutating func settle(at moment: Moment) -> Action {
        if case .closed(let end) = phase { return .close(end) }
        if case .lingering(let end, _) = phase { return inputHasEnded ? close(end) : .proceed }
        if inputHasEnded, isTakingRequests, input.isEmpty { endInput(at: moment) }
        // A client that waits for its turn is not idle.
        if output.isEmpty, input.isEmpty, isIdle, inputDeadline == nil {
            inputDeadline = moment.now + limits.idleTimeout
        }
        if isDraining, isIdle, input.isEmpty, requestCount > 0 {
            if output.isEmpty { return close(.drained) }
            phase = .finishing(.drained)
        }
        guard case .finishing(let end) = phase, output.isEmpty else { return .proceed }
        if inputHasEnded { return close(end) }
        let lingerTime = isDraining ? min(limits.lingerTime, Connection.drainLimit) : limits.lingerTime
        phase = .lingering(end, until: moment.now + lingerTime)
        return .shutDownWriting
    }

    /// Handles the end of the client's input.
    private mutating func endInput(at moment: Moment) {
        if isIdle {
            phase = .finishing(.closedByClient)
        } else {
            refuse(
                .malformed("The request ended before it was complete."), of: methodInProgress, at: moment)
        }
    }

    private mutating func close(_ end: End) -> Action {
        if case .closed(let end) = phase { return .close(end) }
        phase = .closed(end)
        input = []
        output.clear()
        return .close(end)
    }
}
