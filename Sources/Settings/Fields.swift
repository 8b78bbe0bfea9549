/// The keys of one mapping, while they are read one after another.
///
/// Which keys are known follows from which are asked for: there is no second list that could differ.
struct Fields {
    /// Where the mapping begins.
    let position: Position
    /// Where faults go.
    let report: Report
    private var values: [String: YAMLNode] = [:]
    private var written: [(key: String, position: Position)] = []
    private var known: [String] = []

    /// The keys of `pairs`; repeated keys and such that are not text are reported and left out.
    init(_ pairs: [YAMLNode.Pair], at position: Position, _ report: Report) {
        self.position = position
        self.report = report
        var lines: [String: Int] = [:]
        for pair in pairs where pair.key.kind != .refused {
            guard case .scalar(let key, _) = pair.key.kind else {
                report.add("expected a key, found \(pair.key.noun)", at: pair.key.position)
                continue
            }
            guard let line = lines[key] else {
                lines[key] = pair.key.position.line
                values[key] = pair.value
                written.append((key, pair.key.position))
                continue
            }
            report.add("the key \(key.quoted) is repeated: it stands on line \(line) already", at: pair.key.position)
        }
    }

    /// Reads a key into `value`, which stays as it is where the key is absent or faulty.
    mutating func read<Value>(_ key: String, _ shape: Shape<Value>, into value: inout Value) {
        known.append(key)
        guard let node = values[key] else { return }
        guard !node.isNull else { return report.add(expected: shape.expected, found: node) }
        if let read = shape.read(node, report) { value = read }
    }

    /// Reads a key that must be there.
    mutating func require<Value>(_ key: String, _ shape: Shape<Value>, into value: inout Value) {
        if values[key] == nil { report.add("the key \(key.quoted) is missing: add \(shape.expected)", at: position) }
        read(key, shape, into: &value)
    }

    /// Where the value of a key begins, if it is written.
    func place(of key: String) -> Position? { values[key]?.position }

    /// Reports the keys that nobody asked for.
    func refuseUnknown() {
        for (key, position) in written where !known.contains(key) {
            let hint = Spelling.hint(for: key, among: known, called: "known here are")
            report.add("unknown key \(key.quoted): \(hint)", at: position)
        }
    }
}
