// A connection does the same however its octets are split and whatever pauses lie between them, however little the
// socket takes at a time, and whenever its responses are ready. The first octets of the input decide the splits, the pauses and the socket's moods.

import Driver

@testable import HTTP

let limits = Limits(
    requestLine: 128, head: 256, fieldCount: 6, content: 32, requestsPerConnection: 4, pendingOutput: 64)

/// What passed over a connection.
struct Exchange: Equatable {
    var written: [UInt8] = []
    var targets: [String] = []
    var end: Connection.End?
    var hasShutDownWriting = false
    /// Whether the socket took nothing more for a while, or a response was not ready.
    var hasWaited = false

    /// Whether a client sees no difference. If the socket kept something back, the client's end may come first, and then
    /// the connection closes without shutting down the writing side before.
    static func == (left: Exchange, right: Exchange) -> Bool {
        left.written == right.written && left.targets == right.targets && left.end == right.end
            && (left.hasShutDownWriting == right.hasShutDownWriting || left.hasWaited || right.hasWaited)
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
}

/// Feeds the octets in pieces of the sizes that `moods` say, the client's end at last.
func exchange(_ octets: [UInt8], moods: [UInt8]) -> Exchange {
    var exchange = Exchange()
    var targets: [String] = []
    var later: Response?
    var moment = Moment(now: .zero, unixTime: 784_111_777)
    var connection = Connection(limits: limits, at: moment)
    var step = 0
    func mood() -> Int {
        defer { step += 1 }
        return moods.isEmpty ? 0 : Int(moods[step % moods.count])
    }
    func hasTime() -> Bool { moods.isEmpty || mood() % 3 > 0 }
    func answer(_ request: Request) -> Response? {
        precondition(later == nil, "a request was read before the one before it was answered")
        targets.append(request.target.path)
        // Contents that are copied behind their heads, that are not, and none.
        let path = Array(request.target.path.utf8)
        let sizes = [path.count, 0, 1_023, 1_024, 1_025, 5_000]
        let size = sizes[Int(path.last ?? 0) % sizes.count]
        let response = Response(.ok, contentType: "text/plain", content: (0..<size).map { path[$0 % path.count] })
        guard !moods.isEmpty, mood() % 3 == 0 else { return response }
        later = response
        return nil
    }
    /// Until all is written, or until the socket takes no more for now.
    func writeOut(untilEmpty: Bool) {
        while exchange.end == nil, connection.wantsWrite || connection.wantsTurn || later != nil {
            if !untilEmpty, !moods.isEmpty, mood() % 4 == 0 {
                exchange.hasWaited = true
                return
            }
            if let response = later.take() {
                exchange.handle(connection.answered(response, at: moment))
                continue
            }
            guard connection.wantsWrite else {
                exchange.handle(connection.takeTurn(at: moment, hasTime: hasTime, answer: answer))
                continue
            }
            let next = connection.output.withNext { first, second in
                (0..<first.count).map { first[$0] } + (0..<second.count).map { second[$0] }
            }
            let taken = moods.isEmpty ? next.count : min(next.count, 1 + mood())
            exchange.written += next.prefix(taken)
            exchange.handle(connection.wrote(taken, at: moment))
        }
    }
    var rest = octets[...]
    while exchange.end == nil, !rest.isEmpty {
        let size = moods.isEmpty ? rest.count : min(rest.count, 1 + mood() % 16)
        let piece = Array(rest.prefix(size))
        rest = rest.dropFirst(size)
        exchange.handle(connection.received(piece.span, at: moment, hasTime: hasTime, answer: answer))
        writeOut(untilEmpty: false)
        // A pause that is too short for any deadline.
        moment.advance(now: moment.now + .microseconds(mood()), unixTime: 784_111_777)
        if exchange.end == nil { exchange.handle(connection.timePassed(at: moment)) }
    }
    if exchange.end == nil {
        exchange.handle(connection.receivedEnd(at: moment))
        writeOut(untilEmpty: true)
    }
    precondition(exchange.end != nil, "the connection did not end with its client")
    exchange.targets = targets
    return exchange
}

func test(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    guard size > 8, let data else { return 0 }
    let input = UnsafeBufferPointer(start: data, count: size)
    let octets = Array(input.dropFirst(8))
    let whole = exchange(octets, moods: [])
    precondition(exchange(octets, moods: Array(input.prefix(8))) == whole, "splits, pauses or moods change the outcome")
    precondition(whole.written.isEmpty || whole.written.starts(with: Array("HTTP/1.1 ".utf8)), "an answer is not HTTP")
    return 0
}

fuzz(test)
