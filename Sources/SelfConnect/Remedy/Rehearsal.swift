// A remedy tried where it can do no harm: what the probes saw before it and after it, and what that says. Pure.

/// The rehearsal of one advice in a private network namespace.
public struct Rehearsal: Hashable, Sendable {
    /// What a rehearsal shows.
    public enum Outcome: Hashable, Sendable {
        /// The target was susceptible, and is not any more.
        case holds
        /// A configured kind of client can still connect to itself.
        case fails
        /// The probes did not show the one or the other.
        case inconclusive
    }

    /// One target, before and after.
    public struct Trial: Hashable, Sendable {
        /// The target as configured.
        public let target: Target
        /// What was found before the remedy.
        public let before: Finding
        /// What was found after it.
        public let after: Finding

        /// A trial as given.
        public init(target: Target, before: Finding, after: Finding) {
            self.target = target
            self.before = before
            self.after = after
        }

        /// Only what a directed probe saw counts: the rules alone prove nothing about this kernel.
        public var outcome: Outcome {
            let exposures = target.clients.map { after.assessment.exposures[$0] }
            if exposures.contains(where: { $0?.isExposed ?? false }) { return .fails }
            let isShown =
                before.assessment.verdict == .susceptible && after.assessment.verdict == .reserved
                && before.assessment.proof == .directed && after.assessment.proof == .directed
            return isShown ? .holds : .inconclusive
        }
    }

    /// What was tried.
    public let advice: Advice
    /// The addresses that were made own ones for it.
    public let addedAddresses: [IPAddress]
    /// The targets whose ports the advice reserves.
    public let trials: [Trial]

    /// A rehearsal as given.
    public init(of advice: Advice, addedAddresses: [IPAddress], trials: [Trial]) {
        self.advice = advice
        self.addedAddresses = addedAddresses
        self.trials = trials
    }

    /// How many targets could not be judged, and so not rehearsed.
    public var unknownCount: Int { advice.items.count { $0.recommendation == .resurvey } }

    /// The worst of its trials; targets that could not be rehearsed leave a doubt.
    public var outcome: Outcome { Self.worst(trials.map(\.outcome) + (unknownCount > 0 ? [.inconclusive] : [])) }

    /// Failure outweighs doubt, and doubt success.
    public static func worst(_ outcomes: [Outcome]) -> Outcome {
        if outcomes.contains(.fails) { return .fails }
        return outcomes.contains(.inconclusive) ? .inconclusive : .holds
    }
}
