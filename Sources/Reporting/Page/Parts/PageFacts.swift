import SelfConnect

/// The facts of a target.
struct PageFacts {
    private let watched: WatchedTarget
    private let snapshot: Snapshot
    private let link: PageLink

    init(_ watched: WatchedTarget, _ snapshot: Snapshot, _ link: PageLink) {
        self.watched = watched
        self.snapshot = snapshot
        self.link = link
    }

    /// More of one name are found by a search.
    private static let limit = 20

    func html(namesakes: [Target]) -> String {
        let target = watched.target
        let assessment = watched.finding.assessment
        var rows = [("Held by", assessment.holder.map { PageHolders.owner($0) } ?? "no socket")]
        if let access = assessment.serverAccess { rows.append(("A server can bind", server(access))) }
        if let state = watched.guardState { rows.append(("Guard", HTMLEscaping.escaped(GuardText.text(state)))) }
        rows += [
            ("Verdict since", PageTime.html(watched.current.at)), ("Last probe", PageTime.html(watched.finding.at)),
            ("Proof", assessment.proof.rawValue), ("Source", target.source.rawValue),
        ]
        if let namespace = target.namespace { rows.append(("Network namespace", HTMLEscaping.escaped(namespace))) }
        if !namesakes.isEmpty { rows.append(("Of the same name", links(namesakes))) }
        return """
            <section aria-labelledby="facts">
            <h2 id="facts">Facts</h2>
            <dl>\(rows.map { "<dt>\($0)</dt><dd>\($1)</dd>" }.joined(separator: "\n"))</dl>
            </section>
            """
    }

    private func server(_ access: ServerAccess) -> String {
        let reason = watched.finding.assessment.serverBlocker ?? access.detail
        let text = "\(access.address): \(access.answer.rawValue)" + (reason.map { ", \($0)" } ?? "")
        return HTMLEscaping.escaped(text)
    }

    private func links(_ targets: [Target]) -> String {
        let links = targets.prefix(Self.limit).map { target in
            "<a href=\"\(link.page(of: target))\"><code>\(HTMLEscaping.escaped("\(target.id)"))</code></a>"
        }
        let rest = targets.count - links.count
        return links.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
