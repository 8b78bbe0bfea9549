// Negotiation gives one of the types that there are, and one of the codings, whatever the fields say; and it does not
// matter whether a list stands in one field or in several (RFC 9110 §5.3).

import Driver

@testable import HTTP

let types = ["text/plain; version=0.0.4", "application/openmetrics-text; version=1.0.0", "application/json"]
    .map { MediaType($0) }

/// A request with these values of a field; nil if they cannot be sent.
func request(_ values: [[UInt8]], field: String) -> Request? {
    var octets = Array("GET / HTTP/1.1\r\nHost: a\r\n".utf8)
    for value in values { octets += Array("\(field): ".utf8) + value + [13, 10] }
    octets += [13, 10]
    var parser = RequestParser(limits: Limits())
    guard case (.request(let request), octets.count) = parser.parse(octets.span) else { return nil }
    return request
}

func test(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    // A line end would begin another field.
    guard !UnsafeBufferPointer(start: data, count: size).contains(where: { $0 == 10 || $0 == 13 }) else { return 0 }
    let values = Array(UnsafeBufferPointer(start: data, count: size)).split(separator: 0, maxSplits: 3).map {
        Array($0)
    }
    let joined = Array(values.joined(separator: Array(", ".utf8)))
    // A comma inside quotation marks that one field opens and the next closes separates nothing.
    let isQuoted = joined.contains(UInt8(ascii: "\""))
    if let several = request(values, field: "Accept"), let one = request([joined], field: "Accept") {
        let choice = Accept.preferred(of: types, by: several.fields)
        precondition(types.indices.contains(choice), "a type that there is not")
        precondition(isQuoted || choice == Accept.preferred(of: types, by: one.fields), "a list depends on its fields")
    }
    if let several = request(values, field: "Accept-Encoding"), let one = request([joined], field: "Accept-Encoding") {
        let choice = AcceptEncoding.preferred(by: several.fields)
        precondition(isQuoted || choice == AcceptEncoding.preferred(by: one.fields), "a list depends on its fields")
    }
    return 0
}

fuzz(test)
