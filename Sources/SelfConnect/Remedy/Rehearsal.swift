// A test of a remedy in isolation: the findings before and after it, and the conclusion. No side effects.

/// The rehearsal of one advice in a private network namespace.
package struct Rehearsal: Hashable, Sendable {
    /// The result of a rehearsal.
    package enum Outcome: Hashable, Sendable {
        /// The target was susceptible and no longer is.
        case holds
        /// A configured client kind can still connect to itself.
        case fails
        /// The probes showed neither.
        case inconclusive
    }

    /// The findings of one target before and after.
    package struct Trial: Hashable, Sendable {
        /// The target as configured.
        package let target: Target
        /// The finding without the remedy.
        package let before: Finding
        /// The finding with the remedy.
        package let after: Finding

        /// Memberwise initializer.
        package init(target: Target, before: Finding, after: Finding) {
            self.target = target
            self.before = before
            self.after = after
        }

        /// Only directed probes count: the rules alone prove nothing about this kernel.
        package var outcome: Outcome {
            let exposures = target.clients.map { after.assessment.exposures[$0] }
            if exposures.contains(where: { $0?.isExposed ?? false }) { return .fails }
            let isShown =
                before.assessment.verdict == .susceptible && after.assessment.verdict == .reserved
                && before.assessment.proof == .directed && after.assessment.proof == .directed
            return isShown ? .holds : .inconclusive
        }
    }

    /// The rehearsed advice.
    package let advice: Advice
    /// The addresses that were added for it.
    package let addedAddresses: [IPAddress]
    /// The targets whose ports the advice reserves.
    package let trials: [Trial]

    /// Memberwise initializer.
    package init(of advice: Advice, addedAddresses: [IPAddress], trials: [Trial]) {
        self.advice = advice
        self.addedAddresses = addedAddresses
        self.trials = trials
    }

    /// How many targets could not be judged, and so not rehearsed.
    package var unknownCount: Int { advice.items.count { $0.recommendation == .resurvey } }

    /// The most severe outcome of the trials; targets that could not be rehearsed make it inconclusive.
    package var outcome: Outcome { Self.mostSevere(trials.map(\.outcome) + (unknownCount > 0 ? [.inconclusive] : [])) }

    /// Failure outweighs inconclusive, which outweighs success.
    package static func mostSevere(_ outcomes: [Outcome]) -> Outcome {
        if outcomes.contains(.fails) { return .fails }
        return outcomes.contains(.inconclusive) ? .inconclusive : .holds
    }
}
