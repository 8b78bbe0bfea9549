import SelfConnect

/// Reads the keys of one mapping one by one.
///
/// The known keys are those that were read: there is no second list that could differ.
struct MappingDecoder {
    /// Where the mapping begins.
    let position: Position
    /// Receives the faults.
    let report: Diagnostics
    private var values: [String: YAMLNode] = [:]
    private var written: [(key: String, position: Position)] = []
    private var known: [String] = []
    private var missing: [(key: String, expected: String)] = []

    /// The keys of `pairs`; repeated keys and keys that are not text are reported and ignored.
    init(_ pairs: [YAMLNode.Pair], at position: Position, _ report: Diagnostics) {
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

    /// Reads a key into `value`, which is unchanged if the key is absent or invalid.
    mutating func read<Value>(_ key: String, _ shape: ValueDecoder<Value>, into value: inout Value) {
        known.append(key)
        guard let node = values[key] else { return }
        guard !node.isNull else { return report.add(expected: shape.expected, found: node) }
        if let read = shape.read(node, report) { value = read }
    }

    /// Reads a required key.
    mutating func require<Value>(_ key: String, _ shape: ValueDecoder<Value>, into value: inout Value) {
        if values[key] == nil { missing.append((key, shape.expected)) }
        read(key, shape, into: &value)
    }

    /// The position of the key's value, if the key is present.
    func place(of key: String) -> Position? { values[key]?.position }

    /// Reports unknown and missing keys. A misspelt required key is reported as unknown only.
    func finish() {
        var absent = missing
        for (key, position) in written where !known.contains(key) {
            let meant = Spelling.nearest(to: key, among: absent.map(\.key))
            let hint = Spelling.hint(for: key, among: meant.map { [$0] } ?? known, called: "known here are")
            report.add("unknown key \(key.quoted): \(hint)", at: position)
            absent.removeAll { $0.key == meant }
        }
        for (key, expected) in absent {
            report.add("the key \(key.quoted) is missing: add \(expected)", at: position)
        }
    }

    /// Whether an unknown key is a misspelling of this one. Call it after all known keys have been read.
    func isMisspelt(_ key: String) -> Bool {
        written.contains { !known.contains($0.key) && Spelling.nearest(to: $0.key, among: [key]) != nil }
    }
}
