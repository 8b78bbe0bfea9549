/// The faults found in one file so far.
///
/// A class, because all decoders write into the same report and none of them stops the reading: the user sees
/// all faults at once.
final class Diagnostics {
    /// In the order of detection.
    private(set) var diagnostics: [Diagnostic] = []

    /// Whether the `http:` section is known to be complete and valid.
    private(set) var isAccessKnown = true

    /// Records that the access rules are unknown because the `http:` section has a fault.
    func doubtAccess() { isAccessKnown = false }

    /// Adds a fault.
    func add(_ message: String, at position: Position) {
        diagnostics.append(Diagnostic(message, at: position))
    }

    /// Adds a fault that stopped the reading.
    func add(_ diagnostic: Diagnostic) {
        diagnostics.append(diagnostic)
    }

    /// Adds a fault: `node` was found instead of `expected`. Does nothing if the reader has already rejected the node.
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
