// The advice as a file for sysctl.d(5): one assignment, with comments that name the endpoints that need each port. It does
// not depend on whether it is already applied.

package import SelfConnect

/// Renders advice.
package enum AdviceText {
    /// The path of the file; its name sorts after those of distributions, since the last assignment wins.
    package static let path = "/etc/sysctl.d/90-selfconnectd.conf"

    /// Maximum size of a list in one write to the kernel: a page minus the terminating NUL (proc_do_large_bitmap).
    package static let longestWrite = 4095

    /// The file. An assignment is in it only if a port of the host's own namespace is reserved or has to be; for other
    /// namespaces, which no sysctl.d file reaches, it has the commands as comments.
    ///
    /// - Parameter kept: ports that the list has besides, as a file that this one replaces has them.
    package static func file(_ advices: [Advice], keeping kept: PortSet = PortSet()) -> String {
        let closing =
            "Keep as \(path), apply with sysctl -p FILE. The assignment replaces the whole list; so does that of a file whose"
            + " name sorts behind this one's."
        return comments(advices, keeping: kept, closing: closing)
            + (assigned(advices, keeping: kept).map { $0.line + "\n" } ?? "")
    }

    /// What the assignment of the host's own namespace reserves; nil where it is to be left alone.
    static func assigned(_ advices: [Advice], keeping kept: PortSet) -> LastingRemedy? {
        guard let remedy = advices.first(where: { $0.namespace == nil })?.remedy else { return nil }
        let whole = remedy.keeping(kept)
        return whole.ports.isEmpty ? nil : whole
    }

    /// All but the assignment; `closing` is said where there is one, and where to write the lists of other namespaces only
    /// if `namesPlace`.
    static func comments(
        _ advices: [Advice], keeping kept: PortSet = PortSet(), closing: String? = nil, namesPlace: Bool = true
    ) -> String {
        var comment = Comment()
        comment.add("\(Version.name): local TCP ports of servers, which the kernel must not give to clients.")
        if advices.isEmpty { comment.add("No targets are configured.") }
        for advice in advices {
            if advice.namespace == nil {
                add(advice, keeping: kept, closing, to: &comment)
            } else {
                addForeign(advice, namesPlace: namesPlace, to: &comment)
            }
        }
        return comment.text
    }

    private static func add(
        _ advice: Advice, keeping kept: PortSet, _ closing: String?, to comment: inout Comment
    ) {
        addHead(advice, keeping: kept, to: &comment)
        guard let remedy = advice.remedy?.keeping(kept), !remedy.ports.isEmpty else {
            comment.add("There is no port to reserve, so there is no assignment here: \(EmptyAdvice.reason(advice)).")
            comment.add("\(EmptyAdvice.action(advice)).")
            comment.add("If an existing sysctl.d file reserves ports, keep it; this file does not replace it.")
            return
        }
        if isLong(remedy) { comment.add(AdviceWarnings.length(of: remedy) + ".") }
        if let closing { comment.add(closing) }
    }

    private static func addHead(_ advice: Advice, keeping kept: PortSet, to comment: inout Comment) {
        comment.add("")
        if let namespace = advice.namespace { comment.add("Network namespace \(namespace)") }
        if let remedy = advice.remedy {
            comment.add("Ephemeral range \(remedy.kernel.ephemeralRange).")
            if let warning = remedy.warning { comment.add("Warning: \(warning).") }
        }
        let needing = advice.items.filter(\.finding.needsReserving)
        if !needing.isEmpty { comment.add("Reserved for:") }
        for item in needing { comment.add("- " + name(item.finding.target), indent: 2) }
        let others = advice.remedy?.keeping(kept).others ?? PortSet()
        if !others.isEmpty { comment.add("Reserved for other reasons, and kept: \(others)") }
        let unknown = advice.items.filter { $0.recommendation == .resurvey }
        if !unknown.isEmpty { comment.add("Not surveyed, so that it is not known whether they need it:") }
        for item in unknown {
            comment.add("- \(name(item.finding.target)). \(item.finding.assessment.reason)", indent: 2)
        }
        comment.add("")
    }

    /// Adds the advice for a namespace that a sysctl.d file does not reach.
    private static func addForeign(_ advice: Advice, namesPlace: Bool, to comment: inout Comment) {
        addHead(advice, keeping: PortSet(), to: &comment)
        guard let namespace = advice.namespace, let remedy = advice.remedy else {
            comment.add("The namespace could not be surveyed: whether ports have to be reserved is unknown.")
            return
        }
        guard !remedy.needed.isEmpty else {
            comment.add("There is no port to reserve: \(EmptyAdvice.reason(advice)).")
            return
        }
        guard namesPlace else { return }
        comment.add("A sysctl.d file does not reach this namespace. At once:")
        let command = NamespaceName.shell(remedy.command, in: namespace)
        comment.add(verbatim: command)
        comment.add("To last, it has to be written where the namespace is made.")
        for entry in LastingPlace(of: namespace).entries(remedy, command: command) {
            comment.add(entry.place + ":")
            comment.add(verbatim: entry.line)
        }
    }

    static func isLong(_ remedy: LastingRemedy) -> Bool { "\(remedy.ports)".utf8.count >= longestWrite }

    /// `127.0.0.1:50010 (hdfs-datanode)`.
    private static func name(_ target: Target) -> String { "\(target.endpoint) (\(target.name))" }
}
