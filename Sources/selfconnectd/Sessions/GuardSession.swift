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
    private var told: [Target.ID: GuardState] = [:]

    init(_ targets: [Target]) throws(SystemCallError) {
        self.targets = targets
        survey = try Survey(timeout: .milliseconds(250))
    }

    /// How many are held.
    var heldCount: Int { told.values.count { $0.name == .held } }

    /// Whether there are some that may be taken later.
    var isWaiting: Bool { told.values.contains { $0.name == .waiting } }

    /// For the service manager.
    var status: String { "\(heldCount) of \(targets.count) guards held" }

    /// Takes what is free; a line for each whose state is another than before.
    mutating func takeAll() throws(SystemCallError) -> [String] {
        var lines: [String] = []
        let scene = try survey.scene()
        for target in targets where told[target.id]?.name != .held && told[target.id]?.name != .refused {
            _ = try guards.update(after: try survey.look(at: target, in: scene), at: Clock.wall)
            survey.guards = guards.own
            guard let state = guards.state(of: target.id), state.name != told[target.id]?.name else { continue }
            told[target.id] = state
            lines.append("\(target.endpoint): \(GuardText.text(state))")
        }
        return lines
    }
}
