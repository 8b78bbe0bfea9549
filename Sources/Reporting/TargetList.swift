// Several documents hold the list of targets or a part of it. With thousands of targets that is megabytes, and the tree
// that an encoder makes of them is many times that: so each target is encoded by itself, once, and documents are put
// together from the texts.

public import SelfConnect

/// The targets of a snapshot as JSON.
public struct TargetList: Sendable {
    private struct Entry {
        let verdict: Verdict
        let severity: Severity
        /// Where its text is.
        let place: Range<Int>
    }

    /// The texts, one behind the other, as deep as the elements of a member of the document.
    private var text: [UInt8] = []
    private var entries: [Entry] = []

    /// Encodes these targets, in their order.
    public init(_ targets: [WatchedTarget]) {
        entries.reserveCapacity(targets.count)
        for watched in targets {
            let start = text.count
            append(JSONDocuments.encode(TargetDocument(watched)))
            let assessment = watched.finding.assessment
            entries.append(
                Entry(verdict: assessment.verdict, severity: assessment.severity, place: start..<text.count))
        }
    }

    /// An object whose last member, in the order of keys, is the list of those targets that are wanted.
    ///
    /// - Parameter document: an object with the members before, as `JSONDocuments.encode` writes it; nil for none.
    func document(
        after document: [UInt8]? = nil, where isWanted: (Verdict, Severity) -> Bool = { _, _ in true }
    ) -> [UInt8] {
        let wanted = entries.filter { isWanted($0.verdict, $0.severity) }
        var result: [UInt8] = []
        result.reserveCapacity((document?.count ?? 0) + wanted.reduce(64) { $0 + $1.place.count + 2 })
        if let document {
            // Without its end, a line feed and a brace in a line of its own.
            result += document.dropLast(3)
            result += ",\n".utf8
        } else {
            result += "{\n".utf8
        }
        result += "  \"targets\" : [\n".utf8
        for (index, entry) in wanted.enumerated() {
            if index > 0 { result += ",\n".utf8 }
            result += text[entry.place]
        }
        result += "\n  ]\n}\n".utf8
        return result
    }

    /// A document without its last line feed, each line moved in: within strings, JSON has no line feeds.
    private mutating func append(_ document: [UInt8]) {
        let inset = [UInt8](repeating: UInt8(ascii: " "), count: 4)
        for line in document.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            text += inset
            text += line
            text.append(UInt8(ascii: "\n"))
        }
        text.removeLast()
    }
}
