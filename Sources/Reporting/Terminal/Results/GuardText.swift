package import SelfConnect

/// What became of a guard, for people.
package enum GuardText {
    /// The guard's endpoint and its state, for the terminal.
    package static func line(_ endpoint: Endpoint, _ state: GuardState) -> TerminalLine {
        TerminalLine("\(endpoint): \(text(state))", severity: severity(state))
    }

    /// `held`, or why not.
    static func text(_ state: GuardState) -> String {
        switch state {
        case .held: "held"
        case .waiting(let reason): "not held yet: \(reason)"
        case .refused(let reason): "refused: \(reason)"
        }
    }

    private static func severity(_ state: GuardState) -> Severity {
        switch state {
        case .held: .ok
        case .waiting: .notice
        case .refused: .warning
        }
    }
}
