// An independent reader of answers, written from RFC 9112 and sharing nothing with the encoder: what
// it cannot read is not HTTP.

/// One answer as a client reads it.
public struct WireAnswer: Equatable {
    /// What is not HTTP.
    public struct Malformed: Error, Equatable {
        /// What it was.
        public let reason: String
    }

    /// The three digits.
    public let status: Int
    /// In their order.
    public let fields: [(name: String, value: String)]
    /// What follows the head.
    public let content: [UInt8]

    /// The first value under this name.
    public subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// How many lines have this name.
    public func count(_ name: String) -> Int {
        fields.count { $0.name.lowercased() == name.lowercased() }
    }

    /// Whether it is the last one of its connection.
    public var closes: Bool { self["Connection"] == "close" }

    /// Whether all of it is equal.
    public static func == (left: WireAnswer, right: WireAnswer) -> Bool {
        left.status == right.status && left.content == right.content
            && left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
    }

    /// Reads the answers to requests with these methods; answers beyond them are to a request that
    /// could not be read, which was HEAD if `lastIsHead`.
    public static func read(_ octets: [UInt8], methods: [String], lastIsHead: Bool = false) throws -> [WireAnswer] {
        var answers: [WireAnswer] = []
        var rest = octets[...]
        while !rest.isEmpty {
            let isHead = answers.count < methods.count ? methods[answers.count] == "HEAD" : lastIsHead
            answers.append(try readOne(&rest, isHead: isHead))
        }
        return answers
    }

    /// Reads answers to requests that nobody knows: where another answer follows a head at once, or nothing, it was one to
    /// HEAD.
    public static func readAll(_ octets: [UInt8]) throws -> [WireAnswer] {
        var answers: [WireAnswer] = []
        var rest = octets[...]
        while !rest.isEmpty {
            var head = rest
            let answer = try readOne(&head, isHead: true)
            let endsHere = head.isEmpty || head.starts(with: "HTTP/1.1 ".utf8)
            if endsHere { rest = head }
            answers.append(endsHere ? answer : try readOne(&rest, isHead: false))
        }
        return answers
    }

    private static func readOne(_ rest: inout ArraySlice<UInt8>, isHead: Bool) throws -> WireAnswer {
        let statusLine = try readLine(&rest).split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard statusLine.count == 3, statusLine[0] == "HTTP/1.1", statusLine[1].utf8.count == 3,
            let status = Int(statusLine[1])
        else { throw Malformed(reason: "status line \(statusLine)") }
        var fields: [(name: String, value: String)] = []
        while case let line = try readLine(&rest), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex, !line.hasSuffix(" ") else {
                throw Malformed(reason: "field line \(line)")
            }
            fields.append((String(line[..<colon]), String(line[colon...].dropFirst(2))))
        }
        let head = WireAnswer(status: status, fields: fields, content: [])
        guard head.count("Date") == 1 else { throw Malformed(reason: "no Date") }
        if status == 204 || status == 304 {
            guard head.count("Content-Length") == 0 else { throw Malformed(reason: "length without content") }
            return head
        }
        guard head.count("Content-Length") == 1, let length = head["Content-Length"].flatMap({ Int($0) }),
            length >= 0, head.count("Content-Type") == 1
        else { throw Malformed(reason: "Content-Length or Content-Type") }
        if isHead { return head }
        guard rest.count >= length else { throw Malformed(reason: "content cut short") }
        let content = Array(rest.prefix(length))
        rest = rest.dropFirst(length)
        return WireAnswer(status: status, fields: fields, content: content)
    }

    private static func readLine(_ rest: inout ArraySlice<UInt8>) throws -> String {
        guard let end = rest.firstIndex(of: 0x0D), end + 1 < rest.endIndex, rest[end + 1] == 0x0A else {
            throw Malformed(reason: "a line without its end")
        }
        let line = rest[rest.startIndex..<end]
        guard line.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { throw Malformed(reason: "control character") }
        rest = rest[(end + 2)...]
        return String(decoding: line, as: UTF8.self)
    }
}
