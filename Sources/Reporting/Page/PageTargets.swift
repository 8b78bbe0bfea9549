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
        sorted = snapshot.targets.enumerated().sorted { left, right in
            let (first, second) = (left.element.finding.assessment, right.element.finding.assessment)
            if first.severity != second.severity { return first.severity > second.severity }
            return (Self.rank(first.verdict), left.offset) < (Self.rank(second.verdict), right.offset)
        }.map(\.element)
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

    private static func rank(_ verdict: Verdict) -> Int { Verdict.allCases.firstIndex(of: verdict) ?? 0 }

    /// The sysctl line for all ports that a reservation fixes, as `advise` prints it.
    private var cure: String {
        let findings = snapshot.targets.filter { $0.target.namespace == nil && $0.target.source != .discovered }
        let advice = Advice(findings.map(\.finding), kernel: snapshot.kernel)
        guard !advice.additions.isEmpty else { return "" }
        let left = snapshot.kernel.clientPorts(reserving: advice.additions)
        guard !left.isLessThanHalf else {
            return """
                <div class="cure"><p>Reserving the configured ports is no remedy: it \(left.sentence). Widen the range, or \
                move services out of it.</p></div>

                """
        }
        let line = Remedy.line(reserving: advice.additions, besides: snapshot.kernel.reservedPorts)
        let shown = line.utf8.count <= Self.longest ? "<pre><code>\(line)</code></pre>" : ""
        let warning =
            left.areTooFew
            ? "<p>It \(left.sentence): <code>selfconnectd advise</code> takes <code>--force</code>.</p>" : ""
        return """
            <div class="cure"><p>What ends it for the configured ports; <code>selfconnectd advise</code> prints it \
            as a file, with its reasons:</p>\(shown)\(warning)</div>

            """
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
            <p>\(HTMLEscaping.escaped(assessment.reason))</p>\(remedy(watched.finding))</details></td>
            <td data-label="Held by: ">\(assessment.holder.map { PageHolders.owner($0) } ?? "no socket")\(server(assessment))</td>
            </tr>
            """
    }

    /// That no server could bind; empty otherwise.
    private func server(_ assessment: Assessment) -> String {
        guard let access = assessment.serverAccess, access.answer == .no else { return "" }
        return "<small>no server can bind \(HTMLEscaping.escaped("\(access.address)"))</small>"
    }

    private func remedy(_ finding: Finding) -> String {
        let remedy = finding.assessment.remedy
        let shown = remedy.flatMap { $0.utf8.count <= Self.longest ? $0 : nil }
        let line = shown.map { "<p>Remedy: <code>\(HTMLEscaping.escaped($0))</code></p>" } ?? ""
        let warning = finding.remedyWarning.map { "<p>\(remedy == nil ? "No remedy" : "Warning"): \($0).</p>" } ?? ""
        return line + warning
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
