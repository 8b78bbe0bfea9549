// The remedy proved before anybody applies it: in a new network namespace with the host's facts, by the same probes.

package import Linux
package import SelfConnect

/// Rehearses advice.
package enum RehearsalRunner {
    /// Tries what the advice reserves, on a thread and in a network namespace that are gone afterwards.
    ///
    /// Addresses that are not there already are made own ones, so that every target can be reached; nobody holds any
    /// port there. Needs CAP_SYS_ADMIN, also one of a user namespace.
    package static func run(_ advice: Advice, timeout: Duration) throws(SystemCallError) -> Rehearsal {
        try Thread.run(name: "rehearsal") { () throws(SystemCallError) in
            try runHere(advice, timeout: timeout)
        }
    }

    private static func runHere(_ advice: Advice, timeout: Duration) throws(SystemCallError) -> Rehearsal {
        let targets = advice.items.filter { $0.recommendation.reserves }.map(\.finding.target)
        guard let remedy = advice.remedy, !targets.isEmpty else {
            return Rehearsal(of: advice, addedAddresses: [], trials: [])
        }
        var stage = try PrivateNamespace()
        try stage.take(remedy.kernel)
        var added: [IPAddress: IPAddress] = [:]
        for address in targets.map(\.endpoint.address.unmapped) where needsAdding(address) && added[address] == nil {
            added[address] = try stage.add(address)
        }
        let staged = targets.map { target in
            var target = target
            target.namespace = nil
            if let address = added[target.endpoint.address.unmapped] { target.endpoint.address = address }
            return target
        }
        var survey = try Survey(timeout: timeout)
        let before = try look(at: staged, &survey)
        try stage.reserve(remedy.ports)
        let after = try look(at: staged, &survey)
        let trials = targets.indices.map {
            Rehearsal.Trial(target: targets[$0], before: before[$0], after: after[$0])
        }
        return Rehearsal(of: advice, addedAddresses: added.keys.sorted(), trials: trials)
    }

    /// Loopback has its addresses, and unspecified ones lead to it.
    private static func needsAdding(_ address: IPAddress) -> Bool {
        !address.isLoopback && !address.isUnspecified
    }

    private static func look(
        at targets: [Target], _ survey: inout Survey
    ) throws(SystemCallError) -> [Finding] {
        let scene = try survey.scene()
        var findings: [Finding] = []
        for target in targets { findings.append(try survey.look(at: target, in: scene)) }
        return findings
    }
}
