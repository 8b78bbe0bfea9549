/// The links to the other pages of a list.
struct PagePaging {
    private let query: PageQuery
    private let link: PageLink
    private let total: Int
    private let shown: Int

    init(_ query: PageQuery, _ link: PageLink, total: Int, shown: Int) {
        self.query = query
        self.link = link
        self.total = total
        self.shown = shown
    }

    /// `1-50 of 2000`.
    var extent: String {
        shown == 0 ? "none of \(total)" : "\(query.offset + 1)-\(query.offset + shown) of \(total)"
    }

    /// The links; empty if there is one page.
    var html: String {
        guard shown < total else { return "" }
        let last = (total - 1) / query.limit * query.limit
        let offset = min(query.offset, total)
        let links = [
            item("First", offset > 0 ? 0 : nil), item("Previous", offset > 0 ? max(0, offset - query.limit) : nil),
            "<span>\(extent)</span>",
            item("Next", offset + shown < total ? offset + shown : nil), item("Last", offset < last ? last : nil),
        ]
        return "<nav class=\"paging\" aria-label=\"Pages of watched ports\">\(links.joined(separator: " "))</nav>\n"
    }

    private func item(_ text: String, _ offset: Int?) -> String {
        guard let offset else { return "<span class=\"quiet\" aria-hidden=\"true\">\(text)</span>" }
        return "<a href=\"\(link.page(query.from(offset)))\">\(text)</a>"
    }
}
