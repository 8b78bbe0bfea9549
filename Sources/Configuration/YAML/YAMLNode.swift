/// A YAML value as it is written, before anybody asks what it means.
struct YAMLNode: Hashable {
    /// What stands there.
    enum Kind: Hashable {
        /// Text, plain or in quotes; what a plain one means is decided by whoever reads it.
        case scalar(String, isPlain: Bool)
        /// `[a, b]` or lines with dashes.
        case sequence([YAMLNode])
        /// `{a: b}` or lines with colons, in the order of the file, repeated keys included.
        case mapping([Pair])
        /// Something that the reader has refused and reported, so that nobody need complain again.
        case refused
    }

    /// A key and its value.
    struct Pair: Hashable {
        /// Mostly a scalar, but YAML allows any value.
        let key: YAMLNode
        /// The value, an empty plain scalar where none is written.
        let value: YAMLNode
    }

    /// Where it begins.
    let position: Position
    /// What stands there.
    let kind: Kind

    /// Whether nothing is written, or one of YAML's words for nothing (YAML 1.1, tag null).
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = kind else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The elements of a list; anything else stands for a list of one.
    var elements: [YAMLNode] {
        if case .sequence(let nodes) = kind { nodes } else { [self] }
    }

    /// What it is, for `expected …, found …`.
    var noun: String {
        switch kind {
        case .scalar(let text, _): isNull ? "nothing" : text.quoted
        case .sequence(let elements): elements.isEmpty ? "an empty list" : "a list"
        case .mapping: "a mapping"
        case .refused: "an error"
        }
    }
}
