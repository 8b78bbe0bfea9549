/// What was found wrong so far with one file.
///
/// A reference, because every shape on the way down the tree writes into the same report and none of them ends
/// the reading: whoever corrects a file wants to hear of all its faults at once.
final class Diagnostics {
    /// In the order in which they were found.
    private(set) var diagnostics: [Diagnostic] = []

    /// Whether the section on HTTP stands there as it was meant, as far as can be told.
    private(set) var isAccessKnown = true

    /// Takes note that who may ask is not known: the section on HTTP has a fault.
    func doubtAccess() { isAccessKnown = false }

    /// Adds a fault.
    func add(_ message: String, at position: Position) {
        diagnostics.append(Diagnostic(message, at: position))
    }

    /// Adds a fault that ended the reading.
    func add(_ diagnostic: Diagnostic) {
        diagnostics.append(diagnostic)
    }

    /// Adds that something else stands where `expected` belongs; nothing if the reader has refused it already.
    func add(expected: String, found node: YAMLNode) {
        guard node.kind != .refused else { return }
        add("expected \(expected), found \(node.noun)", at: node.position)
    }

    /// Whether `body` ran without adding a fault.
    func isClean(during body: () -> Void) -> Bool {
        let before = diagnostics.count
        body()
        return diagnostics.count == before
    }
}
