// A client and the owner of its connection: feeds octets to a Connection in pieces, takes its output, and performs its
// actions, as the epoll loop does with a socket.

import HTTP
import TestSupport

/// The data exchanged on one connection.
struct Exchange: Equatable {
    var written: [UInt8] = []
    var methods: [String] = []
    var targets: [String] = []
    var end: Connection.End?
    var hasShutDownWriting = false
    /// Does not count octets that were offered after the connection had closed.
    var requestCount = 0
    /// A response that the connection waits for.
    private var later: Response?

    /// The responses, parsed by an independent reader.
    func answers(lastIsHead: Bool = false) throws -> [WireAnswer] {
        try WireAnswer.read(written, methods: methods, lastIsHead: lastIsHead)
    }

    /// Whether the connection has closed or is closing.
    var isClosing: Bool { hasShutDownWriting || end != nil }

    static let start = Moment(now: .zero, unixTime: 784_111_777)

    static let router = Router<String>([
        ("/", "index"), ("/metrics", "metrics"), ("/v1/targets/{name}", "target"), ("/large", "large"),
    ])

    static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 5_000)

    /// The responses of the resources in these tests.
    static func respond(to request: Request) -> Response {
        switch router.route(request) {
        case .found(let match) where match.route == "large":
            Response(.ok, contentType: "text/plain", content: large)
        case .found(let match):
            Response(
                .ok, contentType: "text/plain", content: Array("\(match.route) \(match["name"] ?? "")\n".utf8),
                entityTag: EntityTag("one")
            )
            .with("Cache-Control", "no-cache").with("Vary", "Accept").conditional(on: request)
        case let outcome:
            outcome.refusal ?? Response(error: .internalServerError, message: "no refusal")
        }
    }

    /// Sends the pieces one after the other, and closes the client's side if requested.
    ///
    /// - Parameter isLate: whether each response comes later than the event that it answers, and the next piece before it.
    static func run(
        _ pieces: [[UInt8]], limits: Limits = Limits(), ends: Bool = false, isLate: Bool = false
    ) -> Exchange {
        var exchange = Exchange()
        var connection = Connection(limits: limits, at: start)
        for piece in pieces where exchange.end == nil {
            exchange.handle(connection.received(piece.span, at: start, answer: { exchange.answer($0, isLate: isLate) }))
            if exchange.later == nil { exchange.writeOut(&connection, isLate: isLate) }
        }
        exchange.writeOut(&connection, isLate: isLate)
        if ends, exchange.end == nil {
            exchange.handle(connection.receivedEnd(at: start))
            exchange.writeOut(&connection)
        }
        exchange.requestCount = connection.requestCount
        return exchange
    }

    static func run(_ text: String, limits: Limits = Limits(), ends: Bool = false) -> Exchange {
        run([Array(text.utf8)], limits: limits, ends: ends)
    }

    mutating func answer(_ request: Request, isLate: Bool = false) -> Response? {
        methods.append(request.method.name)
        targets.append(request.target.path)
        let response = Exchange.respond(to: request)
        guard isLate else { return response }
        precondition(later == nil, "a request was read before the one before it was answered")
        later = response
        return nil
    }

    mutating func handle(_ action: Connection.Action) {
        switch action {
        case .proceed: break
        case .shutDownWriting:
            precondition(!hasShutDownWriting, "the writing side was shut down twice")
            hasShutDownWriting = true
        case .close(let end): self.end = end
        }
    }

    /// Writes until no output and no response is pending, and gives a turn whenever one is wanted.
    mutating func writeOut(_ connection: inout Connection, isLate: Bool = false) {
        while connection.wantsWrite || connection.wantsTurn || later != nil {
            if let response = later.take() {
                handle(connection.answered(response, at: Exchange.start))
                continue
            }
            if !connection.wantsWrite {
                handle(connection.takeTurn(at: Exchange.start, answer: { self.answer($0, isLate: isLate) }))
                continue
            }
            let next = connection.output.withNext { first, second in
                first.withUnsafeBufferPointer(Array.init) + second.withUnsafeBufferPointer(Array.init)
            }
            written += next
            handle(connection.wrote(next.count, at: Exchange.start))
        }
    }
}

/// The text, split at this index.
func cut(_ octets: [UInt8], at index: Int) -> [[UInt8]] {
    [Array(octets[..<index]), Array(octets[index...])]
}

/// Runs the octets whole, octet by octet and split at every position.
///
/// - Returns: the result for the whole octets, and the splits with a different result.
func runInEverySplit(_ octets: [UInt8], limits: Limits = Limits()) -> (whole: Exchange, differing: [Int]) {
    let whole = Exchange.run([octets], limits: limits)
    var differing = octets.indices.filter { Exchange.run(cut(octets, at: $0), limits: limits) != whole }
    if Exchange.run(octets.map { [$0] }, limits: limits) != whole { differing.append(-1) }
    return (whole, differing)
}
