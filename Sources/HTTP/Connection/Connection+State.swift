// What the owner of a connection waits for, and what it knows about its client.

extension Connection {
    /// Whether to read from the client. This includes octets after the last response, which are discarded.
    package var wantsRead: Bool {
        if inputHasEnded { return false }
        switch phase {
        case .head, .content: return input.isEmpty && !isThrottled
        case .responding: return false
        case .finishing, .lingering: return true
        case .closed: return false
        }
    }

    /// Whether there is output to write.
    package var wantsWrite: Bool { !output.isEmpty }

    /// Whether pending requests can be processed when it is this client's turn.
    package var wantsTurn: Bool { isTakingRequests && !input.isEmpty && !isThrottled }

    /// When `timePassed` must be called at the latest; nil if there is no deadline.
    package var deadline: Duration? {
        switch phase {
        case .closed: return nil
        case .lingering(_, let until): return until
        case .responding, .finishing: return outputDeadline
        case .head, .content:
            guard let inputDeadline else { return outputDeadline }
            return outputDeadline.map { min($0, inputDeadline) } ?? inputDeadline
        }
    }

    /// Whether the connection waits for the client: no output, no input and no response is pending.
    package var awaitsClient: Bool { output.isEmpty && input.isEmpty && !isResponding }

    /// Since when the client has read none of the pending output; nil without output.
    package var unreadSince: Duration? { output.isEmpty ? nil : outputProgress }

    /// Since when output has been pending continuously; nil without output.
    package var answeringSince: Duration? { output.isEmpty ? nil : outputStart }

    /// Whether too many octets or too many responses are pending to process further requests. The limit on responses
    /// ensures that a client that pipelines many requests with small responses does not delay other clients.
    var isThrottled: Bool { output.count > limits.pendingOutput || answersAtOnce >= Connection.maxPipelinedResponses }

    /// Maximum number of responses that are queued before they are written.
    private static let maxPipelinedResponses = 4

    /// When a client that reads nothing is given up; nil without output.
    var outputDeadline: Duration? { output.isEmpty ? nil : outputProgress + limits.writeDeadline }

    /// Whether requests are awaited or being read.
    var isTakingRequests: Bool {
        switch phase {
        case .head, .content: true
        case .responding, .finishing, .lingering, .closed: false
        }
    }

    /// Whether the response to a request is being made elsewhere.
    package var isResponding: Bool {
        if case .responding = phase { return true }
        return false
    }

    /// Whether octets that cannot be processed now may be further requests.
    var keepsInput: Bool { isTakingRequests || isResponding }

    /// The method of the request that is being read, if known.
    var methodInProgress: Method? {
        if case .content(let request, _) = phase { return request.method }
        return parser.method
    }

    /// Whether no part of a request has been received.
    var isIdle: Bool {
        if case .head = phase { return !parser.hasBegun }
        return false
    }
}
