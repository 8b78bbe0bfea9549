import Primitives
package import SelfConnect

/// Which targets the status page shows, in which order, and whether it renews itself.
package struct PageQuery: Hashable, Sendable {
    /// The order of the targets.
    package enum Order: String, CaseIterable, Hashable, Sendable {
        /// Most severe first.
        case severity
        /// By port, then by address.
        case port
        /// By name.
        case name
        /// The last change of the verdict first.
        case since
    }

    /// How many targets a page may show: this limits its size and the time to render it.
    package static let limits = 1...500

    /// The most characters of a search.
    package static let longestSearch = 100

    /// Only targets with one of these verdicts; nil: any.
    package var verdicts: Set<Verdict>?
    /// Only targets of one of these severities; nil: any.
    package var severities: Set<Severity>?
    /// Only targets that contain this text in endpoint, name, namespace or owner, in upper or lower case; empty: any.
    package var search = ""
    /// The order of the targets.
    package var order = Order.severity
    /// How many targets are skipped.
    package var offset = 0
    /// How many targets are shown at most.
    package var limit = 50
    /// Whether the page renews itself.
    package var isRenewed = true

    /// All targets, most severe first.
    package init() {}

    /// Whether it selects targets.
    var isFilter: Bool { verdicts != nil || severities != nil || !search.isEmpty }

    /// The query of its address, with the question mark and in one spelling; empty for the page without a query.
    package var text: String {
        let items = items
        return items.isEmpty
            ? "" : "?" + items.map { "\($0.name)=\(PageLink.encoded($0.value))" }.joined(separator: "&")
    }

    /// The items that differ from those of the page without a query.
    var items: [(name: String, value: String)] {
        let plain = PageQuery()
        var items: [(String, String)] = []
        if let verdicts { items.append(("verdict", Self.words(verdicts))) }
        if let severities { items.append(("severity", Self.words(severities))) }
        if !search.isEmpty { items.append(("q", search)) }
        if order != plain.order { items.append(("sort", order.rawValue)) }
        if limit != plain.limit { items.append(("limit", "\(limit)")) }
        if offset != plain.offset { items.append(("offset", "\(offset)")) }
        if !isRenewed { items.append(("refresh", "false")) }
        return items
    }

    /// The same query from another target on.
    package func from(_ offset: Int) -> PageQuery { changed { $0.offset = offset } }

    /// The same query with a change.
    package func changed(_ change: (inout PageQuery) -> Void) -> PageQuery {
        var query = self
        change(&query)
        return query
    }

    /// The words in the order of their type, separated by commas.
    static func words<Word: CaseIterable & Hashable & RawRepresentable<String>>(_ words: Set<Word>) -> String {
        Word.allCases.filter(words.contains).map(\.rawValue).joined(separator: ",")
    }
}
