// The advice as a file for sysctl.d(5): one assignment, with comments that give the reasons and further steps.

package import SelfConnect

/// Renders advice.
package enum AdviceText {
    /// The path of the file; its name sorts after those of distributions, since the last assignment wins.
    package static let path = "/etc/sysctl.d/90-selfconnectd.conf"

    /// Maximum size of a list in one write to the kernel: a page minus the terminating NUL (proc_do_large_bitmap).
    package static let longestWrite = 4095

    /// The file. It only has an assignment if a port of the host's own namespace is to be reserved; for other
    /// namespaces, which sysctl.d files do not affect, it has commands as comments.
    package static func file(_ advices: [Advice]) -> String {
        var comment = Comment()
        comment.add("\(Version.name) \(Version.number): what ends the exposure of local TCP ports to self-connection.")
        let texts = advices.map { text($0) }
        return comment.text + (texts.isEmpty ? "#\n# No targets are configured.\n" : texts.joined())
    }

    /// Warnings on stderr, one per line, since stdout may be redirected to a file.
    package static func warnings(_ advices: [Advice]) -> [String] {
        advices.flatMap { advice in
            let place = advice.namespace.map { " in the network namespace \($0.printable)" } ?? ""
            var lines = harms([advice])
            if advice.additions.isEmpty { lines.append("nothing to reserve\(place)") }
            if !advice.additions.isEmpty, isLong(advice) { lines.append(lengthWarning(advice) + place) }
            let ends = advice.items.filter { $0.cure == .end || $0.cure == .endAndReserve }
            lines += ends.map { item in
                "\(item.finding.target.endpoint)\(place) is \(item.finding.assessment.verdict.rawValue): the connection"
                    + " that has the port has to end first"
            }
            let unknown = advice.items.count { $0.cure == .resurvey }
            if unknown > 0 { lines.append("\(unknown) target\(unknown == 1 ? "" : "s")\(place) could not be judged") }
            return lines
        }
    }

    /// Reasons against following the advice, one per line.
    package static func harms(_ advices: [Advice]) -> [String] {
        advices.flatMap { advice in
            let place = advice.namespace.map { " in the network namespace \($0.printable)" } ?? ""
            return harm(advice).map { "\($0)\(place)" }
        }
    }

    /// Why the advice is refused, one reason per line: it would leave clients too few ports. Empty if it is not
    /// refused.
    package static func refusals(_ advices: [Advice]) -> [String] {
        let reasons = harms(advices.filter(\.isHarmful))
        let advice = "refused: widen net.ipv4.ip_local_port_range, or move services out of it; --force overrides"
        return reasons.isEmpty ? [] : reasons + [advice]
    }

    /// Reasons against following the advice, and against the present reservations.
    private static func harm(_ advice: Advice) -> [String] {
        var lines: [String] = []
        if let ports = advice.scarcity { lines.append("what is reserved already \(ports.sentence)") }
        if advice.isHarmful, let ports = advice.clientPorts {
            let count = advice.additions.count
            lines.append("reserving \(count) more port\(count == 1 ? "" : "s") \(ports.sentence)")
        }
        return lines
    }

    private static func text(_ advice: Advice) -> String {
        var comment = Comment()
        addHead(advice, to: &comment)
        add("Reserving ends this:", advice, [.reserve], to: &comment)
        add(
            "Reserving keeps this from coming again; the connection that has the port now has to end first:", advice,
            [.endAndReserve], to: &comment)
        add("Reserving does not fix this; the connection has to end:", advice, [.end], to: &comment)
        add("Not known, look again:", advice, [.resurvey], to: &comment)
        add("Nothing to do:", advice, [.nothing], to: &comment)
        comment.add("")
        for line in harm(advice) { comment.add("Warning: \(line).") }
        guard !advice.additions.isEmpty else {
            addNothing(advice, to: &comment)
            return comment.text
        }
        if isLong(advice) { comment.add(lengthWarning(advice) + ".") }
        guard let namespace = advice.namespace else {
            comment.add(
                "Keep as \(path), apply with sysctl -p FILE. The line names what is reserved already too, because it"
                    + " replaces the whole list; so does a later file that assigns the same key.")
            return comment.text + Remedy.fileLine(reserving: advice.additions, besides: advice.reservedPorts) + "\n"
        }
        comment.add("A sysctl.d file does not reach that namespace. Each time that it is made:")
        let line = Remedy.line(reserving: advice.additions, besides: advice.reservedPorts)
        comment.add(verbatim: "nsenter --net=\(quoted(NamespaceName.path(of: namespace))) sysctl -w \(line)")
        return comment.text
    }

    private static func addHead(_ advice: Advice, to comment: inout Comment) {
        comment.add("")
        if let namespace = advice.namespace { comment.add("Network namespace \(namespace)") }
        guard let kernel = advice.kernel else { return }
        let reserved = kernel.reservedPorts
        comment.add(
            "Linux \(kernel.release), ephemeral range \(kernel.ephemeralRange), "
                + (reserved.isEmpty ? "no port reserved." : "reserved already: \(reserved.count)."))
    }

    private static func add(
        _ title: String, _ advice: Advice, _ cures: Set<Advice.Recommendation>, to comment: inout Comment
    ) {
        let items = advice.items.filter { cures.contains($0.cure) }
        guard !items.isEmpty else { return }
        comment.add("")
        comment.add(title)
        for item in items { comment.add("- " + sentence(item.finding), indent: 2) }
    }

    /// A file without an assignment would release the ports at the next boot if it replaced one with an assignment.
    private static func addNothing(_ advice: Advice, to comment: inout Comment) {
        comment.add(
            advice.namespace == nil
                ? "There is no port to reserve, so there is no assignment here. Where these ports are reserved by a"
                    + " file, keep that one: this is no substitute."
                : "There is no port to reserve.")
    }

    /// `127.0.0.1:50010 (hdfs-datanode): susceptible, likely for connect, rare for bind`, or the verdict's reason.
    private static func sentence(_ finding: Finding) -> String {
        let target = finding.target
        let assessment = finding.assessment
        let start = "\(target.endpoint) (\(target.name)): \(assessment.verdict.rawValue)"
        guard assessment.verdict == .susceptible else { return "\(start). \(assessment.reason)" }
        let levels: [Exposure.Level] = [.likely, .rare]
        let kinds = levels.compactMap { level -> String? in
            let kinds = ClientKind.allCases.filter { assessment.exposures[$0]?.level == level }.map(\.rawValue)
            return kinds.isEmpty ? nil : "\(level.rawValue) for \(kinds.joined(separator: ", "))"
        }
        return "\(start), \(kinds.joined(separator: "; ")) (proof: \(assessment.proof.rawValue))"
    }

    private static func isLong(_ advice: Advice) -> Bool {
        advice.reservedPorts.description.utf8.count >= longestWrite
    }

    private static func lengthWarning(_ advice: Advice) -> String {
        "the list has \(advice.reservedPorts.description.utf8.count) octets, more than the kernel takes in one write:"
            + " sysctl of procps drops the rest in silence, systemd-sysctl writes it all"
    }

    /// Quoted for a shell if needed.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { octet in
            let character = Character(UnicodeScalar(octet))
            return character.isASCII && (character.isLetter || character.isNumber || "/._-".contains(character))
        }
        guard !isPlain else { return path }
        return "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
