package import SelfConnect

/// What became of a guard, for the terminal.
package enum GuardText {
    /// `held`, or why not.
    package static func text(_ state: GuardState) -> String {
        switch state {
        case .held: "held"
        case .waiting(let reason): "not held yet: \(reason)"
        case .refused(let reason): "refused: \(reason)"
        }
    }
}
