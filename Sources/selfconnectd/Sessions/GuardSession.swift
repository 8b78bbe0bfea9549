import Linux
import Monitor
import Probing
import Reporting
import SelfConnect

/// The guards of one run of `selfconnectd guard`.
struct GuardSession: ~Copyable {
    private let targets: [Target]
    private var survey: Survey
    private var guards = GuardKeeper()
    private var reported: [Target.ID: GuardState] = [:]
    /// What is known of the ports that are not held: a server that was seen to be hindered by a guard comes back.
    private var known: [Target.ID: Evidence] = [:]
    private var cost = Duration.zero

    /// From one attempt to the next, at least.
    private static let retry = Duration.seconds(1)
    /// The minimum ratio of the pause to the duration of an attempt.
    private static let pauseRatio = 20

    init(_ targets: [Target]) throws(SystemCallError) {
        self.targets = targets
        survey = try Survey(timeout: .milliseconds(250))
    }

    /// How many are held.
    var heldCount: Int { reported.values.count { $0.name == .held } }

    /// Whether there are some that may be taken later.
    var isWaiting: Bool { reported.values.contains { $0.name == .waiting } }

    /// The time until the next attempt; nil once all are held.
    var pause: Duration? { heldCount == targets.count ? nil : max(Self.retry, cost * Self.pauseRatio) }

    /// For the service manager.
    var status: String { "\(heldCount) of \(targets.count) guards held" }

    /// Takes what is free, also what was refused before; a line for each whose state is another than before.
    mutating func takeAll() throws(SystemCallError) -> [TerminalLine] {
        let start = Clock.monotonic
        defer { cost = Clock.monotonic - start }
        var lines: [TerminalLine] = []
        let namespaceState = try survey.readState()
        for target in targets where reported[target.id]?.name != .held {
            let finding = try guards.surveyAndGuard(
                target, in: namespaceState, with: &survey, isWanted: true, known: known[target.id])
            known[target.id] = finding.evidence
            guard let state = guards.state(of: target.id), state.name != reported[target.id]?.name else { continue }
            reported[target.id] = state
            lines.append(GuardText.line(target.endpoint, state))
        }
        return lines
    }
}
