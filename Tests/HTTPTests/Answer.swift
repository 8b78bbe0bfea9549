// An independent reader of answers, written from RFC 9112 and sharing nothing with the encoder: what
// it cannot read is not HTTP.

/// One answer as a client reads it.
struct Answer: Equatable {
    struct Malformed: Error, Equatable {
        let reason: String
    }

    let status: Int
    let fields: [(name: String, value: String)]
    let content: [UInt8]

    subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    func count(_ name: String) -> Int {
        fields.count { $0.name.lowercased() == name.lowercased() }
    }

    var closes: Bool { self["Connection"] == "close" }

    static func == (left: Answer, right: Answer) -> Bool {
        left.status == right.status && left.content == right.content
            && left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
    }

    /// Reads the answers to requests with these methods; answers beyond them are to a request that
    /// could not be read, which was HEAD if `lastIsHead`.
    static func read(_ octets: [UInt8], methods: [String], lastIsHead: Bool = false) throws -> [Answer] {
        var answers: [Answer] = []
        var rest = octets[...]
        while !rest.isEmpty {
            let isHead = answers.count < methods.count ? methods[answers.count] == "HEAD" : lastIsHead
            answers.append(try readOne(&rest, isHead: isHead))
        }
        return answers
    }

    private static func readOne(_ rest: inout ArraySlice<UInt8>, isHead: Bool) throws -> Answer {
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
        let head = Answer(status: status, fields: fields, content: [])
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
        return Answer(status: status, fields: fields, content: content)
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
