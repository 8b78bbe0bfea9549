package import SelfConnect

/// The end of a scan for the terminal: what was found, what was examined, and what was not.
package enum ScanText {
    /// The lines.
    ///
    /// - Parameters:
    ///   - places: how many network namespaces were examined.
    ///   - examinedPorts: at how many ports stolen ones were looked for.
    ///   - omitted: the configured targets that are not among `watched`.
    package static func lines(
        _ watched: [WatchedTarget], places: Int, examinedPorts: Int, omitted: [Target]
    ) -> [TerminalLine] {
        var found: [String] = []
        if places > 1 { found.append("Network namespaces: \(places).") }
        if watched.isEmpty { found.append("No listener in the ephemeral range and no self-connection.") }
        found.append(stolen(watched, of: examinedPorts))
        return found.map { TerminalLine($0) } + exposure(of: omitted)
    }

    private static func stolen(_ watched: [WatchedTarget], of examined: Int) -> String {
        guard examined > 0 else {
            return "Stolen ports were not looked for: no targets are configured. To examine a port that a server cannot"
                + " bind, name it: \(Version.name) scan PORT"
        }
        let stolen = Set(watched.filter { $0.finding.assessment.verdict == .stolen }.map(\.target.endpoint.port)).count
        return
            "Stolen ports: \(stolen) of the \(examined) configured or named \(examined == 1 ? "port" : "ports"); others"
            + " were not examined."
    }

    /// What a scan leaves open, and the commands that answer it.
    private static func exposure(of omitted: [Target]) -> [TerminalLine] {
        guard !omitted.isEmpty else { return [] }
        let targets = omitted.count == 1 ? "1 configured target" : "\(omitted.count) configured targets"
        let commands = Target.byNamespace(omitted).map { namespace, targets in
            let command = ProbeCommand.text(
                of: targets.map(\.endpoint), in: namespace, options: ["--format", "table"])
            return TerminalLine("  \(command)", isVerbatim: true)
        }
        return [
            TerminalLine(
                "Not shown: whether clients can connect to themselves on \(targets). The daemon shows that, or now:"
            )
        ] + commands
    }
}
