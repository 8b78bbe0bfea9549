// How a connection takes up what was received: heads and contents in turn, each request answered
// before the next is looked at, so that answers are in the order of the requests (RFC 9112 §9.3.2).

extension Connection {
    /// Takes up the octets as far as it may.
    ///
    /// - Returns: how many it took. The rest must wait for the output to drain, or is not wanted
    ///   any more.
    mutating func take(_ bytes: Octets, at moment: Moment, answer: (Request) -> Response) -> Int {
        var taken = 0
        while taken < bytes.count, isTakingRequests, !isHeldBack {
            let rest = bytes.extracting(taken..<bytes.count)
            if case .content(let request, let reader) = phase {
                taken += takeContent(rest, of: request, reader, at: moment, answer: answer)
            } else {
                taken += takeHead(rest, at: moment, answer: answer)
            }
        }
        return taken
    }

    /// Takes up the octets that had to wait.
    mutating func takeInput(at moment: Moment, answer: (Request) -> Response) {
        let waiting = input
        input = []
        let taken = take(waiting.span, at: moment, answer: answer)
        if isTakingRequests { input.append(waiting.span.extracting(taken..<waiting.count)) }
    }

    /// Queues the answer to a request that cannot be read; it is the last one.
    mutating func refuse(_ failure: RequestFailure, at moment: Moment) {
        var method = parser.method
        if case .content(let request, _) = phase { method = request.method }
        let response = Response(error: failure.status, message: failure.message)
        output.append(response, at: moment, persistence: .close, omitsContent: method == .head)
        phase = .finishing(.refused(failure.status))
    }

    private mutating func takeHead(_ bytes: Octets, at moment: Moment, answer: (Request) -> Response) -> Int {
        let hadBegun = parser.hasBegun
        let (outcome, consumed) = parser.parse(bytes)
        switch outcome {
        case .partial:
            // The first head's time runs from the accept, which `init` saw to.
            if !hadBegun, parser.hasBegun, requestCount > 0 {
                inputDeadline = moment.now + limits.headerDeadline
            }
        case .failure(let failure):
            refuse(failure, at: moment)
        case .request(let request):
            takeUp(request, at: moment, answer: answer)
        }
        return consumed
    }

    /// Answers a request at once if it has no content, or none that is worth waiting for.
    private mutating func takeUp(_ request: Request, at moment: Moment, answer: (Request) -> Response) {
        guard let reader = ContentReader(request.framing, limits: limits) else {
            return finish(request, unwanted: false, at: moment, answer: answer)
        }
        // A client that waits for an interim answer gets the final one instead (RFC 9110 §10.1.1).
        if request.expectation == .proceed || ContentReader.announcesTooMuch(request.framing, limits: limits) {
            return finish(request, unwanted: true, at: moment, answer: answer)
        }
        phase = .content(request, reader)
        inputDeadline = moment.now + limits.contentDeadline
    }

    private mutating func takeContent(
        _ bytes: Octets, of request: Request, _ reader: ContentReader, at moment: Moment,
        answer: (Request) -> Response
    ) -> Int {
        var reader = reader
        let (outcome, consumed) = reader.read(bytes)
        switch outcome {
        case .partial: phase = .content(request, reader)
        case .complete: finish(request, unwanted: false, at: moment, answer: answer)
        case .tooLarge: finish(request, unwanted: true, at: moment, answer: answer)
        case .failure(let failure): refuse(failure, at: moment)
        }
        return consumed
    }

    /// Queues the answer and decides whether it is the last.
    private mutating func finish(
        _ request: Request, unwanted: Bool, at moment: Moment, answer: (Request) -> Response
    ) {
        requestCount += 1
        let end = endAfter(request, unwanted: unwanted)
        let goesOn: ResponseEncoder.Persistence = request.minorVersion == 0 ? .keepAlive : .implied
        output.append(
            answer(request), at: moment, persistence: end == nil ? goesOn : .close,
            omitsContent: request.method == .head)
        phase = end.map { .finishing($0) } ?? .head
        // The wait for the next request begins when this answer is written.
        inputDeadline = nil
    }

    private func endAfter(_ request: Request, unwanted: Bool) -> End? {
        if unwanted { return .unwantedContent }
        if !request.wantsKeepAlive { return .lastAnswer }
        if isDraining { return .drained }
        return requestCount >= limits.requestsPerConnection ? .requestLimit : nil
    }
}
