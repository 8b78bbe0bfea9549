// Clients choose filters and orders, and a host may have thousands of targets: what does not depend on the query is
// computed once per snapshot and only if it is needed, and a page costs as much as the rows that it shows.

package import SelfConnect

/// A snapshot with what its pages share. Not for use by several threads.
package final class PageSource {
    let snapshot: Snapshot
    let context: TargetContext

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

    /// The targets of a query: how many there are, and those of the page.
    func selection(_ query: PageQuery) -> (total: Int, shown: [WatchedTarget]) {
        let targets = snapshot.targets
        var indices = ordered(query.order)
        if query.verdicts != nil || query.severities != nil {
            indices.removeAll { index in
                let assessment = targets[index].finding.assessment
                return query.verdicts?.contains(assessment.verdict) == false
                    || query.severities?.contains(assessment.severity) == false
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
                Self.sorted(targets.map(\.finding.assessment.urgency), by: <)
            case .port:
                Self.sorted(targets.map { (Int($0.target.endpoint.port), $0.target.endpoint) }) {
                    ($0.0, $0.1) < ($1.0, $1.1)
                }
            case .name:
                Self.sorted(targets.map(\.target.name), by: <)
            case .since:
                Self.sorted(targets.map(\.current.at), by: >)
            }
        orders[order] = indices
        return indices
    }

    /// The indices of keys in their order; equal ones stay in the order of the configuration.
    private static func sorted<Key>(_ keys: [Key], by precedes: (Key, Key) -> Bool) -> [Int] {
        keys.indices.sorted { precedes(keys[$0], keys[$1]) || !precedes(keys[$1], keys[$0]) && $0 < $1 }
    }
}
