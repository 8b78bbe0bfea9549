import FoundationEssentials
import TestSupport
import Testing

/// A response that curl received.
struct Answer: Sendable {
    /// The status code.
    let status: Int
    /// The fields of the head, names in lower case.
    let fields: [String: String]
    /// The content.
    let content: String

    /// Sends a request with curl; nil without a response.
    ///
    /// From a port outside the ranges of the tests: curl would use their few ports one after the other, and connections
    /// left on a watched port change its verdict.
    static func get(_ address: String, _ arguments: [String] = []) throws -> Answer? {
        let common = [
            "-q", "--silent", "--include", "--noproxy", "*", "--max-time", "80", "--local-port", "3000-8999",
        ]
        let outcome = try Program.run("curl", common + arguments + [address])
        guard outcome.end == .exited(0) else { return nil }
        return Answer(outcome.output)
    }

    /// Parses a message as transmitted; nil for anything else.
    init?(_ message: String) {
        // A line break is one Character: CRLF twice ends the head.
        let characters = Array(message)
        var end = characters.startIndex
        while end + 1 < characters.endIndex, !(characters[end] == "\r\n" && characters[end + 1] == "\r\n") { end += 1 }
        let lines = characters.prefix(end).split(separator: "\r\n").map { String($0) }
        guard let first = lines.first?.split(separator: " "), first.count >= 2, let status = Int(first[1]) else {
            return nil
        }
        self.status = status
        fields = Dictionary(
            lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
            }, uniquingKeysWith: { "\($0), \($1)" })
        content = String(characters.dropFirst(end + 2))
    }

    /// The content as JSON.
    func decoded<Document: Decodable>() throws -> Document {
        try Self.decoded(content)
    }

    /// A text as JSON.
    static func decoded<Document: Decodable>(_ text: String) throws -> Document {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Document.self, from: Data(text.utf8))
    }
}
