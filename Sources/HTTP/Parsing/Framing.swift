// Where a request's content ends (RFC 9112 §6). Ambiguous framing is rejected, because it enables request smuggling.

/// How the content of a request is delimited.
package enum Framing: Sendable, Equatable {
    /// There is no content.
    case none
    /// This many octets, at least one.
    case length(Int)
    /// Chunks, up to the empty one and the trailers.
    case chunked

    /// The framing of a Content-Length field.
    ///
    /// - Throws: 400 if the value is not `1*DIGIT` or exceeds an Int.
    init(contentLength bytes: Octets, _ value: Range<Int>) throws(RequestError) {
        guard let length = bytes.decimal(value) else {
            throw .malformed("The Content-Length is not a number, or one too large.")
        }
        self = length == 0 ? .none : .length(length)
    }

    /// The framing of the Transfer-Encoding fields, added one by one.
    ///
    /// An unknown coding is 501. A list that does not end in `chunked` is 400: its content would have no end (RFC 9112
    /// §6.1, §6.3). Known codings before `chunked` are 501 too: no resource uses the content, so decoding is not
    /// implemented.
    struct TransferCodings {
        private enum Coding {
            case chunked
            case known
        }

        private var last: Coding?
        private var hasOthers = false

        /// Adds the codings of one field value.
        mutating func add(_ bytes: Octets, _ value: Range<Int>) throws(RequestError) {
            var reader = ElementReader(value, separator: UInt8(ascii: ","))
            while let element = reader.next(bytes) {
                guard last != .chunked else { throw .malformed("Another transfer coding follows chunked.") }
                let name = bytes.firstIndex(of: UInt8(ascii: ";"), in: element) ?? element.upperBound
                let coding = bytes.trimmed(element.lowerBound..<name)
                if bytes.equals(coding, ignoringCase: "chunked") {
                    guard name == element.upperBound else { throw .malformed("The chunked coding has parameters.") }
                    last = .chunked
                } else {
                    guard TransferCodings.isKnown(bytes, coding) else {
                        throw RequestError(.notImplemented, "The only transfer coding known here is chunked.")
                    }
                    last = .known
                    hasOthers = true
                }
            }
        }

        /// The framing that results from the list.
        func framing() throws(RequestError) -> Framing {
            guard last == .chunked else {
                throw .malformed("The last transfer coding is not chunked.")
            }
            guard !hasOthers else {
                throw RequestError(.notImplemented, "No transfer coding but chunked is implemented.")
            }
            return .chunked
        }

        private static func isKnown(_ bytes: Octets, _ coding: Range<Int>) -> Bool {
            bytes.equals(coding, ignoringCase: "gzip") || bytes.equals(coding, ignoringCase: "x-gzip")
                || bytes.equals(coding, ignoringCase: "deflate")
                || bytes.equals(coding, ignoringCase: "compress")
                || bytes.equals(coding, ignoringCase: "x-compress")
                || bytes.equals(coding, ignoringCase: "identity")
        }
    }
}
