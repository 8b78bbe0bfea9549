// How a connection processes received octets: heads and contents in turn. Each request is answered before the next is
// read, so that responses are in the order of the requests (RFC 9112 §9.3.2).

extension Connection {
    /// Processes as many octets as the limits permit.
    ///
    /// - Returns: the number of octets processed. The rest must wait until the output drains or for the next turn, or
    ///   is not needed any more.
    mutating func process(
        _ bytes: Octets, at moment: Moment, hasTime: () -> Bool, answer: (Request) -> Response?
    ) -> Int {
        var taken = 0
        var answered = requestCount
        while taken < bytes.count, isTakingRequests, !isThrottled {
            let rest = bytes.extracting(taken..<bytes.count)
            if case .content(let request, var reader) = phase {
                // Keeps this the only reference, so that the reader's buffer grows in place.
                phase = .head
                taken += takeContent(rest, of: request, &reader, at: moment, answer: answer)
            } else {
                taken += takeHead(rest, at: moment, answer: answer)
            }
            guard requestCount > answered else { continue }
            answered = requestCount
            if !hasTime() { break }
        }
        return taken
    }

    /// Processes octets that had to wait.
    mutating func takeInput(at moment: Moment, hasTime: () -> Bool, answer: (Request) -> Response?) {
        let waiting = input
        input = []
        let taken = process(waiting.span, at: moment, hasTime: hasTime, answer: answer)
        if keepsInput { input.append(waiting.span.extracting(taken..<waiting.count)) }
    }

    /// Queues the response to an invalid request; it is the last one.
    mutating func refuse(_ failure: RequestError, of method: Method?, at moment: Moment) {
        let response = Response(error: failure.status, message: failure.message)
        queue(response, to: method, persistence: .close, at: moment)
        phase = .finishing(.refused(failure.status))
    }

    private mutating func takeHead(_ bytes: Octets, at moment: Moment, answer: (Request) -> Response?) -> Int {
        let hadBegun = parser.hasBegun
        let (outcome, consumed) = parser.parse(bytes)
        switch outcome {
        case .partial:
            // `init` has set the deadline of the first head, counted from the accept; `drain` may have shortened it.
            if !hadBegun, parser.hasBegun, requestCount > 0 || isDraining {
                inputDeadline = moment.now + limits.headerDeadline
            }
        case .failure(let failure):
            refuse(failure, of: parser.method, at: moment)
        case .request(let request):
            takeUp(request, at: moment, answer: answer)
        }
        return consumed
    }

    /// Answers a request at once if it has no content or its content is not read.
    private mutating func takeUp(_ request: Request, at moment: Moment, answer: (Request) -> Response?) {
        guard let reader = ContentReader(request.framing, limits: limits) else {
            return finish(request, unwanted: false, at: moment, answer: answer)
        }
        // A client that waits for an interim response gets the final one instead (RFC 9110 §10.1.1).
        if request.expectation == .proceed || ContentReader.announcesTooMuch(request.framing, limits: limits) {
            return finish(request, unwanted: true, at: moment, answer: answer)
        }
        phase = .content(request, reader)
        inputDeadline = moment.now + limits.contentDeadline
    }

    private mutating func takeContent(
        _ bytes: Octets, of request: Request, _ reader: inout ContentReader, at moment: Moment,
        answer: (Request) -> Response?
    ) -> Int {
        let (outcome, consumed) = reader.read(bytes)
        switch outcome {
        case .partial: phase = .content(request, reader)
        case .complete: finish(request, unwanted: false, at: moment, answer: answer)
        case .tooLarge: finish(request, unwanted: true, at: moment, answer: answer)
        case .failure(let failure): refuse(failure, of: request.method, at: moment)
        }
        return consumed
    }

    /// Queues the response, or waits for it.
    private mutating func finish(
        _ request: Request, unwanted: Bool, at moment: Moment, answer: (Request) -> Response?
    ) {
        // The idle timeout starts when the response has been written.
        inputDeadline = nil
        if let response = answer(request) {
            finish(request, unwanted: unwanted, with: response, at: moment)
        } else {
            phase = .responding(request, isUnwanted: unwanted)
        }
    }

    /// Queues the response and decides whether it is the last one.
    mutating func finish(_ request: Request, unwanted: Bool, with response: Response, at moment: Moment) {
        requestCount += 1
        let end = endAfter(request, unwanted: unwanted)
        let goesOn: ResponseEncoder.Persistence = request.minorVersion == 0 ? .keepAlive : .implied
        queue(response, to: request.method, persistence: end == nil ? goesOn : .close, at: moment)
        phase = end.map { .finishing($0) } ?? .head
        // What followed the last request meanwhile.
        if end != nil { input = [] }
    }

    /// Queues a response. The write timeout starts with the first one.
    private mutating func queue(
        _ response: Response, to method: Method?, persistence: ResponseEncoder.Persistence, at moment: Moment
    ) {
        if output.isEmpty { (outputProgress, outputStart) = (moment.now, moment.now) }
        answersAtOnce += 1
        output.append(response, at: moment, persistence: persistence, omitsContent: method == .head)
    }

    private func endAfter(_ request: Request, unwanted: Bool) -> End? {
        if unwanted { return .unwantedContent }
        if !request.wantsKeepAlive { return .lastAnswer }
        if isDraining { return .drained }
        return requestCount >= limits.requestsPerConnection ? .requestLimit : nil
    }
}
