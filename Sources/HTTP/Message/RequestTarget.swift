// The request target (RFC 9112 §3.2), which has four forms. It is split here once: the path into segments and the query
// into items, each decoded separately. Dot segments are not resolved: paths do not name files, and such segments match
// no route.

/// The target of a request.
package struct RequestTarget: Sendable, Equatable {
    /// The four forms of RFC 9112 §3.2.
    package enum Form: Sendable, Equatable {
        /// `/path?query`
        case origin
        /// `http://authority/path?query`; its authority replaces that of the Host field.
        case absolute
        /// `host:port`, only for CONNECT.
        case authority
        /// `*`, only for OPTIONS.
        case asterisk
    }

    /// One `name=value` of the query, decoded.
    package struct QueryItem: Sendable, Equatable {
        /// The part before the first equals sign.
        package let name: String
        /// The part after it; empty if there is none.
        package let value: String
    }

    /// The form of the target.
    package let form: Form
    /// The path as sent, without the query: `/` for an absolute form without path, empty for the authority form and the
    /// asterisk.
    package let path: String
    /// The decoded segments of the path: `/` has one empty segment.
    package let segments: [String]
    /// The items of the query in order; empty without a query.
    package let query: [QueryItem]
    /// The authority of the absolute and the authority form.
    let authority: Authority?

    /// Parses the target of a request with this method.
    ///
    /// - Throws: 400 for a form that the method does not allow, for a fragment, white space, control characters, raw
    ///   non-ASCII and an invalid percent-encoding; 421 for a scheme that is not served here.
    init(_ bytes: Octets, _ range: Range<Int>, method: Method) throws(RequestError) {
        guard !range.isEmpty else { throw .malformed("The request line has no target.") }
        if method == .connect {
            self.init(form: .authority, authority: try RequestTarget.connectAuthority(bytes, range))
        } else if bytes.equals(range, "*") {
            guard method == .options else { throw .malformed("Only OPTIONS may have the target \"*\".") }
            self.init(form: .asterisk)
        } else if bytes[range.lowerBound] == UInt8(ascii: "/") {
            self = try RequestTarget(form: .origin, authority: nil, bytes, range)
        } else {
            let start = try RequestTarget.authorityStart(bytes, range)
            var end = start
            while end < range.upperBound, !RequestTarget.endsAuthority(bytes[end]) { end += 1 }
            let authority = try Authority(bytes, start..<end)
            self = try RequestTarget(form: .absolute, authority: authority, bytes, end..<range.upperBound)
        }
    }

    private init(form: Form, authority: Authority? = nil) {
        self.form = form
        self.path = ""
        self.segments = []
        self.query = []
        self.authority = authority
    }

    /// Parses the path, which may be empty, and the query in the range.
    private init(
        form: Form, authority: Authority?, _ bytes: Octets, _ range: Range<Int>
    ) throws(RequestError) {
        guard bytes.allSatisfy(.pathAndQuery, in: range) else {
            throw .malformed("The target holds a character that must be percent-encoded.")
        }
        let mark = bytes.firstIndex(of: UInt8(ascii: "?"), in: range)
        let path = range.lowerBound..<(mark ?? range.upperBound)
        self.form = form
        self.authority = authority
        self.path = path.isEmpty ? "/" : bytes.string(path)
        self.segments = try RequestTarget.segments(bytes, path)
        self.query =
            try mark.map { (mark) throws(RequestError) in
                try RequestTarget.query(bytes, mark + 1..<range.upperBound)
            } ?? []
    }

    private static func segments(_ bytes: Octets, _ path: Range<Int>) throws(RequestError) -> [String] {
        guard path.count > 1 else { return [""] }
        var segments: [String] = []
        segments.reserveCapacity(4)
        var start = path.lowerBound + 1
        while true {
            let end = bytes.firstIndex(of: UInt8(ascii: "/"), in: start..<path.upperBound) ?? path.upperBound
            segments.append(try PercentEncoding.decode(bytes, start..<end))
            guard end < path.upperBound else { return segments }
            start = end + 1
        }
    }

    private static func query(_ bytes: Octets, _ range: Range<Int>) throws(RequestError) -> [QueryItem] {
        var items: [QueryItem] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let end = bytes.firstIndex(of: UInt8(ascii: "&"), in: start..<range.upperBound) ?? range.upperBound
            if start < end {
                let equals = bytes.firstIndex(of: UInt8(ascii: "="), in: start..<end) ?? end
                items.append(
                    QueryItem(
                        name: try PercentEncoding.decode(bytes, start..<equals, plusIsSpace: true),
                        value: try PercentEncoding.decode(bytes, min(equals + 1, end)..<end, plusIsSpace: true)))
            }
            start = end + 1
        }
        return items
    }

    /// The target of CONNECT: a host and a required port (RFC 9112 §3.2.3).
    private static func connectAuthority(
        _ bytes: Octets, _ range: Range<Int>
    ) throws(RequestError) -> Authority {
        let authority = try Authority(bytes, range)
        guard authority.port != nil else { throw .malformed("The target of CONNECT has no port.") }
        return authority
    }

    /// The start of the authority in an absolute form.
    ///
    /// A request for an https resource must not be answered over an unsecured connection (RFC 9110 §7.4).
    private static func authorityStart(_ bytes: Octets, _ range: Range<Int>) throws(RequestError) -> Int {
        let colon = bytes.firstIndex(of: UInt8(ascii: ":"), in: range) ?? range.upperBound
        let start = colon + 3
        guard start <= range.upperBound, bytes.equals(colon..<start, "://") else {
            throw .malformed("The target is neither a path nor an absolute URI.")
        }
        let scheme = range.lowerBound..<colon
        if bytes.equals(scheme, ignoringCase: "http") { return start }
        if bytes.equals(scheme, ignoringCase: "https") {
            throw RequestError(.misdirectedRequest, "This connection does not serve https.")
        }
        throw .malformed("The scheme of the target is not http.")
    }

    private static func endsAuthority(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "/") || octet == UInt8(ascii: "?") || octet == UInt8(ascii: "#")
    }
}
