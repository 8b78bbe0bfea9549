/// A YAML value as written, before it is decoded.
struct YAMLNode: Hashable {
    /// The content.
    enum Kind: Hashable {
        /// Text, plain or quoted; the decoder decides what plain text means.
        case scalar(String, isPlain: Bool)
        /// `[a, b]` or lines with dashes.
        case sequence([YAMLNode])
        /// `{a: b}` or lines with colons, in the order of the file, repeated keys included.
        case mapping([Pair])
        /// A value that the reader has rejected and reported; further checks must not report it again.
        case refused
    }

    /// A key and its value.
    struct Pair: Hashable {
        /// Usually a scalar, but YAML allows any value.
        let key: YAMLNode
        /// The value; an empty plain scalar if none is written.
        let value: YAMLNode
    }

    /// The start position.
    let position: Position
    /// The content.
    let kind: Kind

    /// Whether the value is absent or one of YAML's words for null (YAML 1.1, tag null).
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = kind else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The elements of a list; any other value counts as a list of one.
    var elements: [YAMLNode] {
        if case .sequence(let nodes) = kind { nodes } else { [self] }
    }

    /// A description for `expected …, found …`.
    var noun: String {
        switch kind {
        case .scalar(let text, _): isNull ? "nothing" : text.quoted
        case .sequence(let elements): elements.isEmpty ? "an empty list" : "a list"
        case .mapping: "a mapping"
        case .refused: "an error"
        }
    }
}
