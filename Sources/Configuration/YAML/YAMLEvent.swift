/// An event of libyaml's parser, copied out of its memory.
struct YAMLEvent: Hashable {
    /// The kinds of events that matter for a single document.
    enum Kind: Hashable {
        /// `---`, or the start of the first document without it.
        case documentStart
        /// `*name`.
        case alias
        /// Text.
        case scalar(String, isPlain: Bool)
        /// Start of a list.
        case sequenceStart
        /// Start of a mapping.
        case mappingStart
        /// End of the innermost list or mapping.
        case collectionEnd
        /// End of the stream.
        case streamEnd
        /// Start of the stream or end of a document; both are ignored.
        case other
    }

    /// The kind of the event.
    let kind: Kind
    /// The start position.
    let position: Position
    /// Whether `&name` precedes it.
    var hasAnchor = false
    /// Whether `!tag` precedes it.
    var hasTag = false
}
