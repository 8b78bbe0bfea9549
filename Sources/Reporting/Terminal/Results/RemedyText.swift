package import SelfConnect

/// The lasting remedy for the terminal: once for all targets of a namespace.
package enum RemedyText {
    /// The lines; none where no port is to be reserved.
    package static func lines(_ watched: [WatchedTarget], _ remedies: LastingRemedies) -> [TerminalLine] {
        let findings = watched.lazy.map(\.finding).filter(\.isToBeReserved)
        return Target.byNamespace(findings.map(\.target)).flatMap { namespace, _ in
            remedies[namespace].map { commands($0, in: namespace) + warnings($0) } ?? []
        }
    }

    private static func commands(_ remedy: LastingRemedy, in namespace: String?) -> [TerminalLine] {
        guard let line = remedy.shownLine else { return [] }
        let commands =
            if let namespace {
                ["remedy: \(NamespaceName.shell(remedy.command, in: namespace))"]
            } else {
                ["remedy: \(remedy.command)", "  to last, in \(AdviceText.path): \(line)"]
            }
        return commands.map { TerminalLine($0, isVerbatim: true) }
    }

    private static func warnings(_ remedy: LastingRemedy) -> [TerminalLine] {
        guard let warning = remedy.warning else { return [] }
        return [TerminalLine("\(remedy.isWithheld ? "no remedy" : "warning"): \(warning)")]
    }
}
