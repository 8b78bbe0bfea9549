// The parser gives the same outcome however the octets are split: whole, octet by octet, and cut where the input says.

import Driver

@testable import HTTP

/// What became of the first head, and of how many octets.
func outcome(_ pieces: [ArraySlice<UInt8>]) -> (RequestParser.Outcome, Int) {
    var parser = RequestParser(limits: Limits(requestLine: 256, head: 512, fieldCount: 8))
    var consumed = 0
    for piece in pieces {
        let octets = Array(piece)
        let (outcome, taken) = parser.parse(octets.span)
        precondition(taken <= octets.count, "it took more than there was")
        consumed += taken
        if outcome != .partial { return (outcome, consumed) }
        precondition(taken == octets.count, "a partial head leaves nothing over")
    }
    return (.partial, consumed)
}

func test(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    guard size > 0, let data else { return 0 }
    let cut = Int(data[0])
    let octets = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
    let whole = outcome([octets[...]])
    let single = outcome(octets.indices.map { octets[$0...$0] })
    let halves = outcome([octets.prefix(cut), octets.dropFirst(cut)])
    precondition(single.0 == whole.0 && halves.0 == whole.0, "the outcome depends on the split")
    // A failure takes all that came with it: how much that is does depend on the split.
    if case .request = whole.0 {
        precondition(single.1 == whole.1 && halves.1 == whole.1, "the end of the head depends on the split")
    }
    return 0
}

fuzz(test)
