import HTTP

/// Counts connections for the metrics.
struct ConnectionCounts {
    /// Currently open.
    var open = 0
    /// Rejected.
    private(set) var refused: [ConnectionLimiter.Refusal: Int] = [:]
    /// Ended, by reason.
    private(set) var ended: [Connection.End.Reason: Int] = [:]
    /// Number of pauses of accepting because descriptors or memory had run out.
    var pauses = 0

    mutating func count(_ refusal: ConnectionLimiter.Refusal) {
        refused[refusal, default: 0] += 1
    }

    mutating func count(_ end: Connection.End) {
        ended[end.reason, default: 0] += 1
    }
}

extension Connection.End {
    /// The ends that metrics distinguish: an exceeded limit by name, any other invalid request as a bad request.
    enum Reason: String, CaseIterable, Sendable {
        case badRequest = "bad-request"
        case closedByClient = "closed-by-client"
        case displaced
        case drained
        case headTooLarge = "head-too-large"
        case idle
        case lastAnswer = "last-answer"
        case lost
        case requestLimit = "request-limit"
        case requestLineTooLong = "request-line-too-long"
        case requestTimeout = "request-timeout"
        case unread
        case unwantedContent = "unwanted-content"
    }

    /// The reason that this end is counted as.
    var reason: Reason {
        switch self {
        case .closedByClient: .closedByClient
        case .lastAnswer: .lastAnswer
        case .requestLimit: .requestLimit
        case .unwantedContent: .unwantedContent
        case .refused(.requestTimeout): .requestTimeout
        case .refused(.uriTooLong): .requestLineTooLong
        case .refused(.requestHeaderFieldsTooLarge): .headTooLarge
        case .refused: .badRequest
        case .idle: .idle
        case .unread: .unread
        case .displaced: .displaced
        case .drained: .drained
        case .lost: .lost
        }
    }
}
