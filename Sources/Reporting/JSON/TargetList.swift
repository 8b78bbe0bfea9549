// Several documents contain the list of targets or a part of it. With thousands of targets it has megabytes, and an
// encoder needs a multiple of that. So each target is encoded separately, once, and the documents are assembled from
// the texts.

package import SelfConnect

/// The targets of a snapshot as JSON.
package struct TargetList: Sendable {
    /// The properties by which targets are filtered.
    package struct Grade: Hashable, Sendable {
        /// The verdict.
        package let verdict: Verdict
        /// The severity.
        package let severity: Severity
    }

    private struct Entry {
        let grade: Grade
        /// The range of its text.
        let place: Range<Int>
    }

    /// The texts in sequence, indented like the elements of a member of the document.
    private var text: [UInt8] = []
    private var entries: [Entry] = []
    /// The existing grades, in the order of their first targets.
    package private(set) var grades: [Grade] = []

    /// Encodes these targets, in their order.
    package init(_ targets: [WatchedTarget], _ context: TargetContext) {
        entries.reserveCapacity(targets.count)
        for watched in targets {
            let start = text.count
            append(JSONDocuments.encode(TargetDocument(watched, context)))
            let assessment = watched.finding.assessment
            let grade = Grade(verdict: assessment.verdict, severity: assessment.severity)
            entries.append(Entry(grade: grade, place: start..<text.count))
            if !grades.contains(grade) { grades.append(grade) }
        }
    }

    /// The existing grades with one of the verdicts and one of the severities; nil: any.
    package func grades(of verdicts: Set<Verdict>?, _ severities: Set<Severity>?) -> [Grade] {
        grades.filter { verdicts?.contains($0.verdict) ?? true && severities?.contains($0.severity) ?? true }
    }

    /// An object whose last key in alphabetical order is the list of the targets of these grades; nil: all.
    ///
    /// - Parameter document: an object with the preceding members, as encoded by `JSONDocuments.encode`; nil: none.
    func document(after document: [UInt8]? = nil, of grades: [Grade]? = nil) -> [UInt8] {
        let wanted = grades.map { grades in entries.filter { grades.contains($0.grade) } } ?? entries
        var result: [UInt8] = []
        result.reserveCapacity((document?.count ?? 0) + wanted.reduce(64) { $0 + $1.place.count + 2 })
        if let document {
            // Without its end: a line feed and a brace on its own line.
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

    /// Appends a document without its trailing line feed, each line indented: JSON strings contain no line feeds.
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
