import SelfConnect

/// The form that selects targets.
struct PageFilter {
    private let query: PageQuery
    private let link: PageLink
    private let counts: [Verdict: Int]

    init(_ source: PageSource, _ query: PageQuery, _ link: PageLink) {
        self.query = query
        self.link = link
        counts = source.verdicts
    }

    var html: String {
        // The fields of the form replace these items; a new selection begins at its first target.
        let fields: Set = ["q", "verdict", "severity", "offset"]
        let kept = query.items.filter { !fields.contains($0.name) }.map {
            "<input type=\"hidden\" name=\"\($0.name)\" value=\"\(HTMLEscaping.escaped($0.value))\">"
        }
        let all = query.changed {
            $0.verdicts = nil
            $0.severities = nil
            $0.search = ""
            $0.offset = 0
        }
        let clear = query.isFilter ? " <a href=\"\(link.page(all))\">Show all</a>" : ""
        return """
            <form action="\(link.root)" method="get" role="search">
            <label><span>Search</span> <input type="search" name="q" value="\(HTMLEscaping.escaped(query.search))" \
            placeholder="port, name, process" maxlength="\(PageQuery.longestSearch)"></label>
            <label><span>Verdict</span> <select name="verdict">\(options(query.verdicts) { counts[$0].map { " (\($0))" } ?? "" })</select></label>
            <label><span>Severity</span> <select name="severity">\(options(query.severities) { _ in "" })</select></label>
            \(kept.joined())<button>Show</button>\(clear)
            </form>
            """
    }

    /// An option for each word, one for several words if they are selected, and one for any.
    private func options<Word: CaseIterable & Hashable & RawRepresentable<String>>(
        _ selected: Set<Word>?, _ note: (Word) -> String
    ) -> String {
        let words = selected.map { PageQuery.words($0) } ?? ""
        var options = [("", "any")] + Word.allCases.map { ($0.rawValue, $0.rawValue + note($0)) }
        if (selected?.count ?? 0) > 1 { options.append((words, words.split(separator: ",").joined(separator: ", "))) }
        return options.map { value, text in
            "<option value=\"\(value)\"\(value == words ? " selected" : "")>\(text)</option>"
        }.joined()
    }
}
