// Extracts the fields that control the connection in one pass over the head: Host, Content-Length, Transfer-Encoding,
// Connection and Expect. The length of a name excludes nearly all other fields.

/// The control fields of one head.
struct ControlFields {
    private(set) var host: Authority?
    private(set) var wantsClose = false
    private(set) var wantsKeepAlive = false
    private(set) var expectsContinue = false
    private var length: Framing?
    private var hasTransferEncoding = false

    /// Parses the control fields.
    ///
    /// - Throws: 400 for a second Host or Content-Length line, equal or not, for a Host that is invalid, or missing in
    ///   HTTP/1.1 (RFC 9112 §3.2), and for an invalid Content-Length; 417 for an unknown expectation.
    init(_ fields: Fields, minorVersion: Int) throws(RequestError) {
        let bytes = fields.block.span
        for entry in fields.entries {
            switch entry.name.count {
            case 4 where bytes.equals(entry.name, ignoringCase: "host"):
                guard host == nil else { throw .malformed("The request has more than one Host field.") }
                host = try Authority(bytes, entry.value)
            case 6 where bytes.equals(entry.name, ignoringCase: "expect"):
                try readExpectations(bytes, entry.value)
            case 10 where bytes.equals(entry.name, ignoringCase: "connection"):
                readConnection(bytes, entry.value)
            case 14 where bytes.equals(entry.name, ignoringCase: "content-length"):
                guard length == nil else { throw .malformed("The request has more than one Content-Length.") }
                length = try Framing(contentLength: bytes, entry.value)
            case 17 where bytes.equals(entry.name, ignoringCase: "transfer-encoding"):
                hasTransferEncoding = true
            default:
                break
            }
        }
        guard host != nil || minorVersion == 0 else { throw .malformed("The request has no Host field.") }
    }

    /// How the end of the content is determined (RFC 9112 §6.3).
    ///
    /// - Throws: 400 for a Transfer-Encoding in HTTP/1.0, together with a Content-Length, or not ending in chunked; 501
    ///   for other codings.
    func framing(_ fields: Fields, minorVersion: Int) throws(RequestError) -> Framing {
        guard hasTransferEncoding else { return length ?? .none }
        guard minorVersion > 0 else { throw .malformed("HTTP/1.0 has no Transfer-Encoding.") }
        guard length == nil else {
            throw .malformed("The request has both a Transfer-Encoding and a Content-Length.")
        }
        let bytes = fields.block.span
        var codings = Framing.TransferCodings()
        for entry in fields.entries where bytes.equals(entry.name, ignoringCase: "transfer-encoding") {
            try codings.add(bytes, entry.value)
        }
        return try codings.framing()
    }

    /// `Expect = #expectation` (RFC 9110 §10.1.1).
    private mutating func readExpectations(_ bytes: Octets, _ value: Range<Int>) throws(RequestError) {
        var reader = ElementReader(value, separator: UInt8(ascii: ","))
        while let expectation = reader.next(bytes) {
            guard bytes.equals(expectation, ignoringCase: "100-continue") else {
                throw RequestError(.expectationFailed, "The only expectation known here is 100-continue.")
            }
            expectsContinue = true
        }
    }

    /// `Connection = #connection-option` (RFC 9110 §7.6.1): tokens, so quotation marks have no special meaning.
    private mutating func readConnection(_ bytes: Octets, _ value: Range<Int>) {
        var reader = ElementReader(value, separator: UInt8(ascii: ","), knowsQuotes: false)
        while let option = reader.next(bytes) {
            if bytes.equals(option, ignoringCase: "close") { wantsClose = true }
            if bytes.equals(option, ignoringCase: "keep-alive") { wantsKeepAlive = true }
        }
    }
}
