import SelfConnect

/// The watched ports, most severe first.
struct PageTargets {
    /// More rows would not be read.
    private static let limit = 300
    /// A longer line, with thousands of ports, belongs in a file.
    private static let longest = 400

    private let snapshot: Snapshot
    private let sorted: [WatchedTarget]

    init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        sorted = snapshot.targetsBySeverity
    }

    var html: String {
        guard !sorted.isEmpty else { return "" }
        let shown = sorted.prefix(Self.limit)
        let more =
            sorted.count > shown.count
            ? "<p class=\"quiet\">The most severe \(shown.count) of \(sorted.count);"
                + " <a href=\"v1/targets\">/v1/targets</a> has all.</p>" : ""
        return """
            <section>
            <h2>Watched ports</h2>
            \(cure)<table class="targets">
            <thead><tr><th scope="col">Port</th><th scope="col">Verdict</th>\
            <th scope="col">Exposed clients (attempts)</th><th scope="col">Held by</th></tr></thead>
            <tbody>
            \(shown.map(row).joined(separator: "\n"))
            </tbody>
            </table>
            \(more)</section>
            """
    }

    /// The lasting remedy, as `advise` prints it.
    private var cure: String {
        let isNeeded = snapshot.targets.contains { $0.target.namespace == nil && $0.finding.isToBeReserved }
        guard isNeeded, let remedy = snapshot.remedies[nil] else { return "" }
        let warning = remedy.warning.map { "<p>Warning: \($0).</p>" } ?? ""
        let line = remedy.shownLine.flatMap { $0.utf8.count <= Self.longest ? "<pre><code>\($0)</code></pre>" : nil }
        let text =
            remedy.isWithheld
            ? ""
            : "<p>What lasts, for all ports; <code>selfconnectd advise</code> prints it as a file:</p>\(line ?? "")"
        return "<div class=\"cure\">\(text)\(warning)</div>\n"
    }

    private func row(_ watched: WatchedTarget) -> String {
        let assessment = watched.finding.assessment
        let target = watched.target
        let place = target.namespace.map { " in \(HTMLEscaping.escaped($0))" } ?? ""
        let source = target.source == .configured ? "" : " (\(target.source.rawValue))"
        return """
            <tr class="\(assessment.severity.rawValue)">
            <td><a href="\(PageLink.path(to: target))"><code>\(HTMLEscaping.escaped("\(target.endpoint)"))</code></a>\(place)\
            <small>\(HTMLEscaping.escaped(target.name))\(source)</small></td>
            <td><span class="badge">\(assessment.verdict.rawValue)</span>\
            <small>for \(age(of: watched))</small></td>
            <td data-label="Exposed: ">\(exposures(watched))<details><summary>Why</summary>\
            <p>\(HTMLEscaping.escaped(assessment.reason))</p>\(remedy(watched.finding))</details>\(guardState(watched))</td>
            <td data-label="Held by: ">\(assessment.holder.map { PageHolders.owner($0) } ?? "no socket")\(server(assessment))</td>
            </tr>
            """
    }

    /// That no server could bind; empty otherwise.
    private func server(_ assessment: Assessment) -> String {
        guard let access = assessment.serverAccess, access.answer == .no else { return "" }
        return "<small>no server can bind \(HTMLEscaping.escaped("\(access.address)"))</small>"
    }

    private func guardState(_ watched: WatchedTarget) -> String {
        watched.guardState.map { "<small>guard \(HTMLEscaping.escaped(GuardText.text($0)))</small>" } ?? ""
    }

    /// What frees the port now, and whether it has to be reserved.
    private func remedy(_ finding: Finding) -> String {
        let steps = finding.steps.map { "<code>\(HTMLEscaping.escaped($0.text(in: finding.target.namespace)))</code>" }
        let now = steps.isEmpty ? "" : "<p>Now: \(steps.joined(separator: " or "))</p>"
        let reserve = finding.isToBeReserved ? "<p>Reserve: <code>\(finding.target.endpoint.port)</code></p>" : ""
        return now + reserve
    }

    private func age(of watched: WatchedTarget) -> String {
        let since = watched.current.at
        return "<time datetime=\"\(since)\" title=\"since \(since)\">"
            + "\(max(.zero, snapshot.published.since(since)).rounded)</time>"
    }

    /// The configured client kinds in bold, with their expected attempts, and other exposed kinds.
    private func exposures(_ watched: WatchedTarget) -> String {
        let exposed = ClientKind.allCases.compactMap { kind -> String? in
            guard let exposure = watched.finding.assessment.exposures[kind], exposure.level != .none else { return nil }
            let attempts = exposure.expectedAttempts.map { " (~\(Int($0.rounded())))" } ?? ""
            let text = "\(kind.rawValue) \(exposure.level.rawValue)\(attempts)"
            return watched.target.clients.contains(kind) ? "<b>\(text)</b>" : text
        }
        return exposed.isEmpty ? "none" : exposed.joined(separator: ", ")
    }
}
