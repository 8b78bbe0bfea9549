import Testing

/// A text with one fault, and the expected message.
struct FaultRow: CustomTestStringConvertible {
    /// The text.
    let yaml: String
    /// `LINE:COLUMN: message`.
    let fault: String

    init(_ yaml: String, _ fault: String) {
        self.yaml = yaml
        self.fault = fault
    }

    var testDescription: String { fault }
}

/// A target with these lines after its name.
func target(_ lines: String...) -> String {
    (["targets:", "  - name: web"] + lines.map { "    " + $0 }).joined(separator: "\n")
}
