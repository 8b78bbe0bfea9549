/// What libyaml's parser says next, without its memory.
struct YAMLEvent: Hashable {
    /// The kinds that a reader of one document tells apart.
    enum Kind: Hashable {
        /// `---`, or the start of the first document without it.
        case documentStart
        /// `*name`.
        case alias
        /// Text.
        case scalar(String, isPlain: Bool)
        /// A list begins.
        case sequenceStart
        /// A mapping begins.
        case mappingStart
        /// The innermost list or mapping ends.
        case collectionEnd
        /// There is nothing more.
        case streamEnd
        /// Start of the stream or end of a document, which need no answer.
        case other
    }

    /// What it is.
    let kind: Kind
    /// Where it begins.
    let position: Position
    /// Whether `&name` stands before it.
    var hasAnchor = false
    /// Whether `!tag` stands before it.
    var hasTag = false
}
