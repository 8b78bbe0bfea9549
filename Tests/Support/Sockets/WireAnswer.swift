// An independent parser of responses, written from RFC 9112 without code of the encoder: what it cannot parse is not
// HTTP.

/// One response as a client parses it.
package struct WireAnswer: Equatable {
    /// Invalid HTTP.
    package struct Malformed: Error, Equatable {
        /// What is wrong.
        package let reason: String
    }

    /// The status code.
    package let status: Int
    /// In their order.
    package let fields: [(name: String, value: String)]
    /// The octets after the head.
    package let content: [UInt8]

    /// The first value with this name.
    package subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The number of lines with this name.
    package func count(_ name: String) -> Int {
        fields.count { $0.name.lowercased() == name.lowercased() }
    }

    /// Whether it is the last response of its connection.
    package var closes: Bool { self["Connection"] == "close" }

    /// Whether all parts are equal.
    package static func == (left: WireAnswer, right: WireAnswer) -> Bool {
        left.status == right.status && left.content == right.content
            && left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
    }

    /// Parses the responses to requests with these methods; further responses belong to an invalid request, which was
    /// HEAD if `lastIsHead`.
    package static func read(_ octets: [UInt8], methods: [String], lastIsHead: Bool = false) throws -> [WireAnswer] {
        var answers: [WireAnswer] = []
        var rest = octets[...]
        while !rest.isEmpty {
            let isHead = answers.count < methods.count ? methods[answers.count] == "HEAD" : lastIsHead
            answers.append(try readOne(&rest, isHead: isHead))
        }
        return answers
    }

    /// Parses responses to unknown requests: if a head is directly followed by another response, or by nothing, it
    /// belongs to HEAD.
    package static func readAll(_ octets: [UInt8]) throws -> [WireAnswer] {
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
