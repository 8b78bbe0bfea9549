// The client reads the same response however its octets are split, and keeps no more than the response needs. The first
// octet of the input decides where it is cut.

import Driver

@testable import HTTP

/// What became of the octets: a response, an error, or nothing yet.
enum Outcome: Equatable {
    case response(ReceivedResponse)
    case error(ResponseError)
    case unfinished
}

func outcome(_ pieces: [ArraySlice<UInt8>]) -> Outcome {
    var reader = ResponseReader(contentLimit: 512)
    for piece in pieces {
        do throws(ResponseError) {
            if let response = try reader.append(piece) { return .response(response) }
        } catch {
            return .error(error)
        }
    }
    return .unfinished
}

func test(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    guard size > 0, let data else { return 0 }
    let octets = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
    let single = outcome(octets.indices.map { octets[$0...$0] })
    let halves = outcome([octets.prefix(Int(data[0])), octets.dropFirst(Int(data[0]))])
    let whole = outcome([octets[...]])
    if case .response(let response) = whole {
        precondition(single == whole && halves == whole, "the response depends on the split")
        precondition(response.content.count <= 512, "the content is longer than the limit")
        precondition((100...999).contains(response.status), "a status without three digits")
    }
    if case .response = single { precondition(single == whole, "more octets lose a response") }
    return 0
}

fuzz(test)
