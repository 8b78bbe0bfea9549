import SelfConnect

/// Advice without a port to reserve: a reader must not take it for a host without exposed ports.
enum EmptyAdvice {
    /// What to do about it, in a sentence without a full stop.
    static func action(_ advice: Advice) -> String {
        let place = advice.namespace.map { " --namespace \(ShellWord.quoted($0.printable))" } ?? ""
        return
            "To reserve ports, name them (\(Version.name) advise\(place) 50010) or add them to “targets:” in the"
            + " configuration file"
    }

    /// Why there is none, in a sentence without a full stop.
    static func reason(_ advice: Advice) -> String {
        let range = advice.remedy.map { " \($0.kernel.ephemeralRange)" } ?? ""
        let targets = advice.items.filter { $0.finding.target.source != .own }
        guard !targets.isEmpty else {
            let place = advice.namespace == nil ? "this host" : "this network namespace"
            return
                "no target is configured for \(place), and no listener inside the ephemeral range\(range) was discovered"
        }
        let isUnknown = targets.contains { $0.recommendation == .resurvey }
        return
            "no target\(isUnknown ? " that could be surveyed" : "") has a port inside the ephemeral range\(range) on an"
            + " address of this host"
    }
}
