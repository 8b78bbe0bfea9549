// Several documents contain the list of targets or a part of it. With thousands of targets it has megabytes: each
// target is written once, and the documents are assembled from the texts.

import Primitives
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
        let fingerprint: Fingerprint
    }

    /// What its targets share.
    let context: TargetContext
    /// The texts in sequence.
    private var text: [UInt8] = []
    private var entries: [Entry] = []
    /// The existing grades, in the order of their first targets.
    package private(set) var grades: [Grade] = []

    /// Writes these targets, in their order.
    package init(_ targets: [WatchedTarget], _ context: TargetContext) {
        self.context = context
        entries.reserveCapacity(targets.count)
        for watched in targets {
            let start = text.count
            let document = JSONText.written { $0.target(watched, context) }
            text += document.value
            let assessment = watched.finding.assessment
            let grade = Grade(verdict: assessment.verdict, severity: assessment.severity)
            entries.append(Entry(grade: grade, place: start..<text.count, fingerprint: document.fingerprint))
            if !grades.contains(grade) { grades.append(grade) }
        }
    }

    /// The existing grades with one of the verdicts and one of the severities; nil: any.
    package func grades(of verdicts: Set<Verdict>?, _ severities: Set<Severity>?) -> [Grade] {
        grades.filter { verdicts?.contains($0.verdict) ?? true && severities?.contains($0.severity) ?? true }
    }

    /// Writes the number of the targets of these grades (nil: all), and the slice of them.
    func write(to json: inout JSONWriter, of grades: [Grade]?, _ slice: ListSlice) {
        let wanted = grades.map { grades in entries.filter { grades.contains($0.grade) } } ?? entries
        json.member("total", wanted.count)
        write(wanted, slice, to: &json)
    }

    /// Writes all targets.
    func write(to json: inout JSONWriter) {
        write(entries, .all, to: &json)
    }

    private func write(_ entries: [Entry], _ slice: ListSlice, to json: inout JSONWriter) {
        json.array("targets", slice.selection(of: entries)) { json, entry in
            // The time of its last probe is outside the fingerprint.
            json.document(text[entry.place], entry.fingerprint, isFingerprintComplete: false)
        }
    }
}
