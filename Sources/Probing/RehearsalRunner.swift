// Tests the remedy before it is applied: in a new network namespace with the host's facts, using the same probes.

package import Linux
package import SelfConnect

/// Rehearses advice.
package enum RehearsalRunner {
    /// Tests the reservations of the advice, on a temporary thread in a temporary network namespace.
    ///
    /// Missing addresses are added, so that every target can be reached; all ports are free there. Needs CAP_SYS_ADMIN;
    /// that of a user namespace is sufficient.
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
        try stage.apply(remedy.kernel)
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
        let before = try findings(of: staged, with: &survey)
        try stage.reserve(remedy.ports)
        let after = try findings(of: staged, with: &survey)
        let trials = targets.indices.map {
            Rehearsal.Trial(target: targets[$0], before: before[$0], after: after[$0])
        }
        return Rehearsal(of: advice, addedAddresses: added.keys.sorted(), trials: trials)
    }

    /// The loopback addresses exist, and unspecified addresses lead to loopback.
    private static func needsAdding(_ address: IPAddress) -> Bool {
        !address.isLoopback && !address.isUnspecified
    }

    private static func findings(
        of targets: [Target], with survey: inout Survey
    ) throws(SystemCallError) -> [Finding] {
        let state = try survey.readState()
        var findings: [Finding] = []
        for target in targets { findings.append(try survey.survey(target, in: state)) }
        return findings
    }
}
