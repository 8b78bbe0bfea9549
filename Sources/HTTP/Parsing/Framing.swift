// Where a request's content ends (RFC 9112 §6). Everything that two readers could understand in two
// ways is refused: that is what request smuggling is made of.

/// How the content of a request is delimited.
public enum Framing: Sendable, Equatable {
    /// There is no content.
    case none
    /// This many octets, at least one.
    case length(Int)
    /// Chunks, up to the empty one and the trailers.
    case chunked

    /// The framing that a Content-Length field says.
    ///
    /// - Throws: 400 if the value is not `1*DIGIT` or more than an Int holds.
    init(contentLength bytes: Octets, _ value: Range<Int>) throws(RequestError) {
        guard let length = bytes.decimal(value) else {
            throw .malformed("The Content-Length is not a number, or one too large.")
        }
        self = length == 0 ? .none : .length(length)
    }

    /// The framing that Transfer-Encoding fields say, one after the other.
    ///
    /// A coding that is not known is 501, a list that does not end in `chunked` is 400: its content
    /// would have no end (RFC 9112 §6.1, §6.3). Known codings before `chunked` are 501 too: a
    /// content that nobody here wants is not worth decoding.
    struct TransferCodings {
        private enum Coding {
            case chunked
            case known
        }

        private var last: Coding?
        private var hasOthers = false

        /// Takes the codings of one field value.
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

        /// The framing that the list amounts to.
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
