import SelfConnect

/// The watched ports of a query as a table. Roles are spelled out, because narrow screens show the rows as blocks, which
/// would remove them.
struct PageTargets {
    /// A name that is longer is shortened: other users choose those of processes.
    private static let longestName = 80

    private let source: PageSource
    private let query: PageQuery
    private let link: PageLink

    init(_ source: PageSource, _ query: PageQuery, _ link: PageLink) {
        self.source = source
        self.query = query
        self.link = link
    }

    var html: String {
        let snapshot = source.snapshot
        guard !snapshot.targets.isEmpty else { return "" }
        let (total, shown) = source.selection(query)
        let paging = PagePaging(query, link, total: total, shown: shown.count)
        let first = query.offset > 0 ? " <a href=\"\(link.page(query.from(0)))\">To the first</a>" : ""
        let table =
            shown.isEmpty
            ? "<p>\(total == 0 ? "No watched port matches." : "Only \(total) watched ports match.")\(first)</p>\n"
            : """
            <table class="targets" role="table" aria-labelledby="ports">
            <thead role="rowgroup"><tr role="row">\(heads)</tr></thead>
            <tbody role="rowgroup">
            \(shown.map(row).joined(separator: "\n"))
            </tbody>
            </table>

            """
        return """
            <section aria-labelledby="ports">
            <h2 id="ports">Watched ports <small>\(paging.extent)</small></h2>
            \(source.sections(link).remedy)\(PageFilter(source, query, link).html)
            \(table)\(paging.html)</section>
            """
    }

    /// Each sorting order is a link in the column that it is about.
    private var heads: String {
        [
            head("Port", [(.port, "Port"), (.name, "Name")]),
            head("Verdict", [(.severity, "Verdict"), (.since, "Since")]),
            head("Exposed clients (attempts)", []), head("Held by", []),
        ].joined()
    }

    private func head(_ text: String, _ orders: [(order: PageQuery.Order, text: String)]) -> String {
        let links = orders.map { order, text in
            let other = query.changed {
                $0.order = order
                $0.offset = 0
            }
            let current = order == query.order ? " aria-current=\"true\"" : ""
            return "<a href=\"\(link.page(other))\" title=\"\(order.title)\"\(current)>\(text)</a>"
        }
        let isSorted = orders.contains { $0.order == query.order }
        let sorting = query.order == .since ? "descending" : "ascending"
        let sort = isSorted ? " aria-sort=\"\(sorting)\"" : ""
        return
            "<th role=\"columnheader\" scope=\"col\"\(sort)>\(links.isEmpty ? text : links.joined(separator: " "))</th>"
    }

    private func row(_ watched: WatchedTarget) -> String {
        let assessment = watched.finding.assessment
        let target = watched.target
        let place = target.namespace.map { " in \(HTMLEscaping.escaped($0))" } ?? ""
        let origin = target.source == .configured ? "" : " (\(target.source.rawValue))"
        let name = HTMLEscaping.escaped(HTMLEscaping.shortened(target.name, to: Self.longestName))
        return """
            <tr role="row" class="\(assessment.severity.rawValue)">
            <th role="rowheader" scope="row"><a href="\(link.page(of: target))">\
            <code>\(HTMLEscaping.escaped("\(target.endpoint)"))</code></a>\(place) <small>\(name)\(origin)</small></th>
            <td role="cell"><span class="badge">\(assessment.verdict.rawValue)</span> \
            <small>for \(PageTime.age(of: watched.current.at, at: source.snapshot.times.published))</small></td>
            <td role="cell" data-label="Exposed: ">\(exposures(watched))\(guardState(watched))</td>
            <td role="cell" data-label="Held by: ">\(assessment.holder.map { PageHolders.owner($0) } ?? "no socket")\
            \(server(assessment))</td>
            </tr>
            """
    }

    /// That no server could bind; empty otherwise.
    private func server(_ assessment: Assessment) -> String {
        guard let access = assessment.serverAccess, access.answer == .no else { return "" }
        return " <small>no server can bind \(HTMLEscaping.escaped("\(access.address)"))</small>"
    }

    private func guardState(_ watched: WatchedTarget) -> String {
        watched.guardState.map { " <small>guard \(HTMLEscaping.escaped(GuardText.text($0)))</small>" } ?? ""
    }

    /// The configured client kinds with their expected attempts, and the names of others that are exposed.
    private func exposures(_ watched: WatchedTarget) -> String {
        let exposures = watched.finding.assessment.exposures
        let exposed = ClientKind.allCases.filter { exposures[$0].map { $0.level != .none } ?? false }
        let configured = exposed.filter(watched.target.clients.contains).map { kind in
            let attempts = exposures[kind]?.expectedAttempts.map { " (~\(Int($0.rounded())))" } ?? ""
            return "\(kind.rawValue) \(exposures[kind]?.level.rawValue ?? "")\(attempts)"
        }
        let others = exposed.filter { !watched.target.clients.contains($0) }.map { kind in
            exposures[kind]?.level == .likely
                ? kind.rawValue : "\(kind.rawValue) (\(exposures[kind]?.level.rawValue ?? ""))"
        }
        let note = others.isEmpty ? "" : " <small>not configured: \(others.joined(separator: ", "))</small>"
        return (configured.isEmpty ? "none" : configured.joined(separator: ", ")) + note
    }
}

extension PageQuery.Order {
    /// What a link to this order does.
    fileprivate var title: String {
        switch self {
        case .severity: "Most severe first"
        case .port: "Sort by port"
        case .name: "Sort by name"
        case .since: "Last change first"
        }
    }
}
