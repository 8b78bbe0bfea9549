// Clients choose filters and orders, and a host may have thousands of targets: what does not depend on the query is
// computed once per snapshot and only if it is needed, and a page costs as much as the rows that it shows. A target has
// dozens of references, so that copying it takes a microsecond: loops over all targets read them in place, by index.

package import SelfConnect

/// A snapshot with what its pages share. Not for use by several threads.
package final class PageSource {
    let snapshot: Snapshot
    let context: TargetContext

    /// Verdict and severity of each target.
    private(set) lazy var grades = snapshot.targets.indices.map { index in
        let targets = snapshot.targets
        return TargetList.Grade(
            verdict: targets[index].finding.assessment.verdict, severity: targets[index].finding.assessment.severity)
    }
    /// Number of targets of each verdict.
    private(set) lazy var verdicts = grades.reduce(into: [:]) { $0[$1.verdict, default: 0] += 1 }
    /// Number of targets of each severity.
    private(set) lazy var severities = grades.reduce(into: [:]) { $0[$1.severity, default: 0] += 1 }
    /// What does not depend on the query, for each kind of links that was needed.
    private var sections: [PageLink: PageSections] = [:]
    /// Indices of the targets in each order that was needed.
    private var orders: [PageQuery.Order: [Int]] = [:]
    /// What is searched of each target.
    private lazy var searched = SearchText(snapshot.targets)

    /// The source of the pages of a snapshot.
    package init(_ snapshot: Snapshot, _ context: TargetContext) {
        self.snapshot = snapshot
        self.context = context
    }

    /// The source of the pages of a snapshot.
    package convenience init(_ snapshot: Snapshot) {
        self.init(snapshot, TargetContext(snapshot))
    }

    /// The targets with a verdict, in the order of the configuration.
    func targets(_ verdict: Verdict) -> [WatchedTarget] {
        grades.indices.filter { grades[$0].verdict == verdict }.map { snapshot.targets[$0] }
    }

    /// The sections that do not depend on the query.
    func sections(_ link: PageLink) -> PageSections {
        if let known = sections[link] { return known }
        let rendered = PageSections(self, link)
        sections[link] = rendered
        return rendered
    }

    /// The targets of a query: how many there are, and those of the page.
    func selection(_ query: PageQuery) -> (total: Int, shown: [WatchedTarget]) {
        let targets = snapshot.targets
        var indices = ordered(query.order)
        if query.verdicts != nil || query.severities != nil {
            indices.removeAll { index in
                query.verdicts?.contains(grades[index].verdict) == false
                    || query.severities?.contains(grades[index].severity) == false
            }
        }
        if !query.search.isEmpty {
            let wanted = Array(query.search.lowercased().utf8)
            indices.removeAll { !searched.contains(wanted, at: $0) }
        }
        let shown = ListSlice(offset: query.offset, limit: query.limit).selection(of: indices)
        return (indices.count, shown.map { targets[$0] })
    }

    private func ordered(_ order: PageQuery.Order) -> [Int] {
        if let known = orders[order] { return known }
        let targets = snapshot.targets
        let indices: [Int] =
            switch order {
            case .severity:
                Self.sorted(targets.indices.map { targets[$0].finding.assessment.urgency }, by: <)
            case .port:
                Self.sorted(targets.indices.map { targets[$0].finding.target.endpoint }) {
                    ($0.port, $0) < ($1.port, $1)
                }
            case .name:
                Self.sorted(targets.indices.map { targets[$0].finding.target.name }, by: <)
            case .since:
                Self.sorted(targets.indices.map { targets[$0].current.at }, by: >)
            }
        orders[order] = indices
        return indices
    }

    /// The indices of keys in their order; equal ones stay in the order of the configuration.
    private static func sorted<Key>(_ keys: [Key], by precedes: (Key, Key) -> Bool) -> [Int] {
        keys.indices.sorted { precedes(keys[$0], keys[$1]) || !precedes(keys[$1], keys[$0]) && $0 < $1 }
    }
}
