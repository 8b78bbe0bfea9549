import SelfConnect

/// The kinds of client, and how easily each can connect to itself on a target.
enum PageClients {
    static func html(_ watched: WatchedTarget) -> String {
        let exposures = watched.finding.assessment.exposures
        let rows = ClientKind.allCases.compactMap { kind in exposures[kind].map { row(kind, $0, watched) } }
        guard !rows.isEmpty else { return "" }
        return """
            <section aria-labelledby="clients">
            <h2 id="clients">Clients</h2>
            <table class="clients" aria-labelledby="clients">
            <thead><tr><th scope="col">Kind</th><th scope="col">Can connect to itself</th>\
            <th scope="col">Mean attempts</th><th scope="col">Probe</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table>
            </section>
            """
    }

    private static func row(_ kind: ClientKind, _ exposure: Exposure, _ watched: WatchedTarget) -> String {
        let attempts = exposure.expectedAttempts.map { "\(Int($0.rounded()))" } ?? "–"
        let probe = watched.finding.evidence.probes.directed[kind]?.outcome.rawValue ?? "–"
        let isConfigured = watched.target.clients.contains(kind)
        return """
            <tr><th scope="row">\(kind.rawValue) <small>\(isConfigured ? "configured" : "not configured")</small></th>\
            <td>\(exposure.level.rawValue) <small>\(exposure.proof.rawValue)</small></td><td>\(attempts)</td>\
            <td>\(probe)</td></tr>
            """
    }
}
