package import SelfConnect

/// The status line that `systemctl status` shows.
package enum StatusLine {
    /// `12 ports watched, 2 susceptible (127.0.0.1:50010 hdfs-datanode, …), 1 latent (…), last pass at 08:05:12 UTC`.
    ///
    /// The time of day is right whenever the line is read; an age would be that of the last notification.
    ///
    /// - Parameter reloadFault: the error of the last reload; nil if it succeeded.
    package static func text(_ snapshot: Snapshot, reloadFault: String? = nil) -> String {
        let counts = snapshot.countByVerdict
        var parts = ["\(snapshot.targets.count) \(snapshot.targets.count == 1 ? "port" : "ports") watched"]
        for verdict in Verdict.allCases where verdict.needsAttention {
            guard let count = counts[verdict] else { continue }
            let affected = snapshot.targets.lazy.filter { $0.finding.assessment.verdict == verdict }
            let named = affected.prefix(3).map { "\($0.target.endpoint) \($0.target.name)" }
            let rest = count > named.count ? ", …" : ""
            parts.append("\(count) \(verdict.rawValue) (\(named.joined(separator: ", "))\(rest))")
        }
        if snapshot.host.unwatched.count > 0 { parts.append("\(snapshot.host.unwatched.count) not watched: too many") }
        parts.append("last pass at \(snapshot.times.lastPass.timeOfDay) UTC")
        return (parts.joined(separator: ", ") + (reloadFault.map { "; not reloaded: \($0)" } ?? "")).printable
    }
}
