import Primitives
import SelfConnect

/// What the targets of a namespace show of its lasting remedy.
struct ShownRemedy {
    /// The line; nil if there is none, or if it is longer than thousands of targets should repeat: then only the summary
    /// has it.
    let lasting: String?
    let warning: String?
    /// Whether it would leave clients so few ports that it is not a remedy.
    let isWithheld: Bool

    private static let longestLine = 512

    init(_ remedy: LastingRemedy) {
        lasting = remedy.shownLine.flatMap { $0.utf8.count <= Self.longestLine ? $0 : nil }
        warning = remedy.warning
        isWithheld = remedy.isWithheld
    }
}

extension JSONWriter {
    /// `remedy` of a target: what frees the port now, and what lasts; nothing where there is nothing to do.
    mutating func remedyMember(_ finding: Finding, _ remedy: ShownRemedy?) {
        let steps = finding.steps.map { $0.text(in: finding.target.namespace) }
        guard !steps.isEmpty || finding.isToBeReserved else { return }
        object("remedy") { json in
            if !steps.isEmpty { json.strings("now", steps) }
            guard finding.isToBeReserved else { return }
            json.member("reserve", "\(finding.target.endpoint.port)")
            json.member("lasting", remedy?.lasting)
            json.member("warning", remedy?.warning)
        }
    }

    /// `remedy` of the summary, that of the daemon's own namespace; nothing where no target has to be reserved.
    mutating func remedyMember(_ remedy: LastingRemedy?) {
        guard let remedy, !remedy.needed.isEmpty else { return }
        object("remedy") { json in
            json.member("reserve", remedy.missing.isEmpty ? nil : "\(remedy.missing)")
            json.member("lasting", remedy.shownLine)
            json.member("warning", remedy.warning)
        }
    }

    /// `guard` of a target.
    mutating func guardState(_ state: GuardState) {
        object { json in
            json.member("state", state.name)
            json.member("since", state.since.map { "\($0)" })
            json.member("reason", state.reason)
        }
    }
}
