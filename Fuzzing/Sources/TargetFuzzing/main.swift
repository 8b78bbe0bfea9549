// A target that is accepted has only the characters that a target may have, segments without NUL, and a path that is
// the same when its segments are encoded and decoded again.

import Driver

@testable import HTTP

/// The request for this target; nil if it is refused.
func request(_ target: [UInt8]) -> Request? {
    let octets = Array("GET ".utf8) + target + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    var parser = RequestParser(limits: Limits())
    guard case (.request(let request), octets.count) = parser.parse(octets.span) else { return nil }
    return request
}

/// The segments as a path, every octet percent-encoded.
func encoded(_ segments: [String]) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return segments.flatMap { segment in
        [UInt8(ascii: "/")]
            + segment.utf8.flatMap { [UInt8(ascii: "%"), digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}

func test(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    let target = Array(UnsafeBufferPointer(start: data, count: size))
    guard let request = request(target) else { return 0 }
    precondition(target.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }, "a character of no target")
    let parts = request.target.segments + request.target.query.flatMap { [$0.name, $0.value] }
    precondition(parts.allSatisfy { !$0.utf8.contains(0) }, "a NUL came through")
    guard let again = repeated(request.target.segments) else { return 0 }
    precondition(again.target.segments == request.target.segments, "decoding is not what encoding undoes")
    return 0
}

/// The request for these segments, encoded; nil if that is too long to be sent.
func repeated(_ segments: [String]) -> Request? {
    let path = encoded(segments)
    return path.count < 8_000 ? request(path) : nil
}

fuzz(test)
