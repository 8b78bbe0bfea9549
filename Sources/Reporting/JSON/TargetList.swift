// Several documents hold the list of targets or a part of it. With thousands of targets that is megabytes, and the tree
// that an encoder makes of them is many times that: so each target is encoded by itself, once, and documents are put
// together from the texts.

package import SelfConnect

/// The targets of a snapshot as JSON.
package struct TargetList: Sendable {
    /// What targets are told apart by.
    package struct Grade: Hashable, Sendable {
        /// What is the matter.
        package let verdict: Verdict
        /// How much it matters.
        package let severity: Severity
    }

    private struct Entry {
        let grade: Grade
        /// Where its text is.
        let place: Range<Int>
    }

    /// The texts, one behind the other, as deep as the elements of a member of the document.
    private var text: [UInt8] = []
    private var entries: [Entry] = []
    /// Those that there are, in the order of the first target of each.
    package private(set) var grades: [Grade] = []

    /// Encodes these targets, in their order.
    package init(_ targets: [WatchedTarget], _ failedConnects: FailedConnects = FailedConnects()) {
        entries.reserveCapacity(targets.count)
        for watched in targets {
            let start = text.count
            append(JSONDocuments.encode(TargetDocument(watched, failedConnects)))
            let assessment = watched.finding.assessment
            let grade = Grade(verdict: assessment.verdict, severity: assessment.severity)
            entries.append(Entry(grade: grade, place: start..<text.count))
            if !grades.contains(grade) { grades.append(grade) }
        }
    }

    /// Of the grades that there are, those with one of the verdicts and one of the severities; nil means any.
    package func grades(of verdicts: Set<Verdict>?, _ severities: Set<Severity>?) -> [Grade] {
        grades.filter { verdicts?.contains($0.verdict) ?? true && severities?.contains($0.severity) ?? true }
    }

    /// An object whose last member, in the order of keys, is the list of the targets of these grades; nil means all.
    ///
    /// - Parameter document: an object with the members before, as `JSONDocuments.encode` writes it; nil for none.
    func document(after document: [UInt8]? = nil, of grades: [Grade]? = nil) -> [UInt8] {
        let wanted = grades.map { grades in entries.filter { grades.contains($0.grade) } } ?? entries
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
