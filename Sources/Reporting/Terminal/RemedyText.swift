package import SelfConnect

/// The lasting remedy for the terminal: once for all targets of a namespace.
package enum RemedyText {
    /// Lines without a line feed at the end; nil where no port is to be reserved.
    package static func text(_ watched: [WatchedTarget], _ remedies: LastingRemedies) -> String? {
        let findings = watched.lazy.map(\.finding).filter(\.isToBeReserved)
        let lines = Target.byNamespace(findings.map(\.target)).flatMap { namespace, _ in
            remedies[namespace].map { text($0, in: namespace) } ?? []
        }
        return lines.isEmpty ? nil : lines.map(\.printable).joined(separator: "\n")
    }

    private static func text(_ remedy: LastingRemedy, in namespace: String?) -> [String] {
        let warning = remedy.warning.map { ["\(remedy.isWithheld ? "no remedy" : "warning"): \($0)"] } ?? []
        guard let line = remedy.shownLine else { return warning }
        guard let namespace else {
            return ["remedy: \(remedy.command)", "  to last, in \(AdviceText.path): \(line)"] + warning
        }
        return ["remedy: \(NamespaceName.shell(remedy.command, in: namespace))"] + warning
    }
}
