// One client's connection as a state machine. It owns no socket and no clock: its owner tells it
// what happened and when, and does what it asks for. Every rule about order, limits and deadlines is
// thus decided in one place that can be tested without a network.
//
// The owner calls an event, obeys the action that comes back, writes what `output` holds, and waits
// for `wantsRead`, `wantsWrite`, `wantsTurn` or `deadline`, whichever comes first.
//
// A client may send many requests in one piece. They are answered by turns: what it sends begins one,
// which ends after a few answers or when the owner has no more time for it, and the owner says when
// the next one may begin.

/// The state of one connection: events in, actions out.
public struct Connection: Sendable {
    let limits: Limits
    var parser: RequestParser
    var phase: Phase = .head
    /// What was received and not yet read, because too much output waited or the turn was over.
    var input: [UInt8] = []
    var inputHasEnded = false
    var isDraining = false
    /// When the patience with the client's sending ends: of the head, the content, or the silence
    /// between them.
    var inputDeadline: Duration?
    /// When something of the output was written last, or queued into the empty queue.
    var outputProgress: Duration
    /// When something was queued into the empty queue last.
    var outputStart: Duration

    /// What waits to be written.
    public internal(set) var output = OutputQueue()
    /// How many answers were queued since the output was empty last.
    var answersAtOnce = 0
    /// How many requests were answered, those that could not be read not among them.
    public internal(set) var requestCount = 0

    /// A connection that was accepted at this moment.
    public init(limits: Limits, at moment: Moment) {
        self.limits = limits
        parser = RequestParser(limits: limits)
        inputDeadline = moment.now + limits.headerDeadline
        outputProgress = moment.now
        outputStart = moment.now
    }

    // MARK: Events

    /// The client sent these octets, which begins a turn.
    ///
    /// - Parameters:
    ///   - hasTime: asked after each answer: whether the turn may go on.
    ///   - answer: called for each request that is taken up, in order, before this returns.
    public mutating func received(
        _ bytes: Octets, at moment: Moment, hasTime: () -> Bool = { true }, answer: (Request) -> Response
    ) -> Action {
        guard isTakingRequests else { return settle(at: moment) }
        if input.isEmpty {
            let taken = take(bytes, at: moment, hasTime: hasTime, answer: answer)
            if isTakingRequests { input.append(bytes.extracting(taken..<bytes.count)) }
        } else {
            input.append(bytes)
            takeInput(at: moment, hasTime: hasTime, answer: answer)
        }
        return settle(at: moment)
    }

    /// Requests that had to wait may be taken up. Needed when `wantsTurn` says so; harmless else.
    ///
    /// - Parameters:
    ///   - hasTime: asked after each answer: whether the turn may go on.
    ///   - answer: called for each request that is taken up, in order, before this returns.
    public mutating func takeTurn(
        at moment: Moment, hasTime: () -> Bool = { true }, answer: (Request) -> Response
    ) -> Action {
        if wantsTurn { takeInput(at: moment, hasTime: hasTime, answer: answer) }
        return settle(at: moment)
    }

    /// The client will send nothing more; it may still read.
    public mutating func receivedEnd(at moment: Moment) -> Action {
        inputHasEnded = true
        return settle(at: moment)
    }

    /// The socket took this many octets of the output.
    public mutating func wrote(_ count: Int, at moment: Moment) -> Action {
        output.remove(count)
        if output.isEmpty { answersAtOnce = 0 }
        if count > 0 { outputProgress = moment.now }
        return settle(at: moment)
    }

    /// Time went by. Needed when `deadline` has come; harmless before.
    public mutating func timePassed(at moment: Moment) -> Action {
        guard let deadline, moment.now >= deadline else { return settle(at: moment) }
        if case .lingering(let end, _) = phase { return close(end) }
        if let outputDeadline, moment.now >= outputDeadline { return close(.unread) }
        guard !isIdle else { return close(isDraining ? .drained : .idle) }
        refuse(
            RequestError(.requestTimeout, "The request did not come completely in time."), of: methodInProgress,
            at: moment)
        return settle(at: moment)
    }

    /// The listener is shutting down: a request that has begun is still answered, and so is the first
    /// one of a client that was let in and has not asked yet, if it comes soon: it may be on its way.
    /// A connection that is idle after an answer ends now, which its client has to expect at any time
    /// (RFC 9112 §9.3.1).
    public mutating func drain(at moment: Moment) -> Action {
        isDraining = true
        let end = moment.now + Connection.drainPatience
        if isIdle, input.isEmpty, requestCount == 0 { inputDeadline = min(inputDeadline ?? end, end) }
        if case .lingering(let reason, let until) = phase { phase = .lingering(reason, until: min(until, end)) }
        return settle(at: moment)
    }

    /// The socket failed.
    public mutating func transportFailed() -> Action { close(.lost) }

    // MARK: Wishes

    /// Whether octets from the client are wanted. After the last answer they are, too, in order to
    /// be thrown away.
    public var wantsRead: Bool {
        if inputHasEnded { return false }
        switch phase {
        case .head, .content: return input.isEmpty && !isThrottled
        case .finishing, .lingering: return true
        case .closed: return false
        }
    }

    /// Whether there is something to write.
    public var wantsWrite: Bool { !output.isEmpty }

    /// Whether requests wait that may be taken up, as soon as it is this client's turn again.
    public var wantsTurn: Bool { isTakingRequests && !input.isEmpty && !isThrottled }

    /// When `timePassed` must be called at the latest; nil if nothing is waited for.
    public var deadline: Duration? {
        switch phase {
        case .closed: return nil
        case .lingering(_, let until): return until
        case .finishing: return outputDeadline
        case .head, .content:
            guard let inputDeadline else { return outputDeadline }
            return outputDeadline.map { min($0, inputDeadline) } ?? inputDeadline
        }
    }

    /// Whether it is for the client to go on: nothing waits to be written or taken up.
    public var awaitsClient: Bool { output.isEmpty && input.isEmpty }

    /// Since when the client has taken nothing of what waits for it; nil if nothing does.
    public var unreadSince: Duration? { output.isEmpty ? nil : outputProgress }

    /// Since when there has been output without a break; nil if there is none.
    public var answeringSince: Duration? { output.isEmpty ? nil : outputStart }

    /// Whether so much output waits that no further request is taken up, or so many answers: a client that sends many
    /// requests in one piece must not keep others waiting, however small its answers are.
    var isThrottled: Bool { output.count > limits.pendingOutput || answersAtOnce >= Connection.maxPipelinedResponses }

    /// Answers that are made before what there is of them is written.
    private static let maxPipelinedResponses = 4

    /// While the listener shuts down, how long something is waited for that a client has not begun to
    /// send: longer than it takes from nearly everywhere.
    private static let drainPatience = Duration.milliseconds(100)

    private var outputDeadline: Duration? { output.isEmpty ? nil : outputProgress + limits.writeDeadline }

    // MARK: Ends

    /// Draws the conclusions of an event.
    private mutating func settle(at moment: Moment) -> Action {
        if case .closed(let end) = phase { return .close(end) }
        if case .lingering(let end, _) = phase { return inputHasEnded ? close(end) : .proceed }
        if inputHasEnded, isTakingRequests, input.isEmpty { endInput(at: moment) }
        // Who waits for a turn is not idle.
        if output.isEmpty, input.isEmpty, isIdle, inputDeadline == nil {
            inputDeadline = moment.now + limits.idleTimeout
        }
        if isDraining, isIdle, input.isEmpty, requestCount > 0 {
            if output.isEmpty { return close(.drained) }
            phase = .finishing(.drained)
        }
        guard case .finishing(let end) = phase, output.isEmpty else { return .proceed }
        if inputHasEnded { return close(end) }
        let lingerTime = isDraining ? min(limits.lingerTime, Connection.drainPatience) : limits.lingerTime
        phase = .lingering(end, until: moment.now + lingerTime)
        return .shutDownWriting
    }

    /// The client has sent all that it will.
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

    /// Whether requests are awaited or being read.
    var isTakingRequests: Bool {
        switch phase {
        case .head, .content: true
        case .finishing, .lingering, .closed: false
        }
    }

    /// The method of the request that is being read, if that much of it has come.
    private var methodInProgress: Method? {
        if case .content(let request, _) = phase { return request.method }
        return parser.method
    }

    /// Whether no request has begun.
    private var isIdle: Bool {
        if case .head = phase { return !parser.hasBegun }
        return false
    }
}
