// Builds a tree with positions from libyaml's events.
//
// A configuration needs a small part of YAML: one document, text, lists, mappings. Other features are rejected because
// they surprise users and parsers: aliases and anchors (a few lines can expand to gigabytes), tags, several documents,
// unlimited depth. The recursion is safe because the depth is limited.

/// Builds the tree of one document.
struct YAMLReader: ~Copyable {
    /// Maximum nesting of lists and mappings; the deepest setting needs four levels.
    static let maximumDepth = 16
    /// Maximum number of values in a file, including keys; 10,000 targets need about 100,000.
    static let maximumNodes = 200_000

    private let events: YAMLEvents
    private let report: Diagnostics
    private var nodes = 0

    private init(_ text: SourceText, _ report: Diagnostics) throws(Diagnostic) {
        events = try YAMLEvents(of: text)
        self.report = report
    }

    /// The tree of a file; nil if the file has no document or a fault stopped the reading.
    static func tree(of bytes: [UInt8], report: Diagnostics) -> YAMLNode? {
        do throws(Diagnostic) {
            var reader = try YAMLReader(SourceText(bytes), report)
            return try reader.document()
        } catch {
            report.add(error)
            return nil
        }
    }

    private mutating func document() throws(Diagnostic) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd:
                return root
            case .documentStart where root != nil:
                throw Diagnostic("a second document begins here: a configuration is one document", at: event.position)
            case .documentStart:
                root = try node(try events.next(), depth: 0)
            default:
                continue
            }
        }
    }

    /// The value that begins with `event`.
    private mutating func node(_ event: YAMLEvent, depth: Int) throws(Diagnostic) -> YAMLNode {
        nodes += 1
        guard nodes <= Self.maximumNodes else {
            throw Diagnostic("the file has more than \(Self.maximumNodes) values", at: event.position)
        }
        refuseProperties(of: event)
        switch event.kind {
        case .scalar(let text, let isPlain):
            return YAMLNode(position: event.position, kind: .scalar(text, isPlain: isPlain))
        case .sequenceStart:
            return YAMLNode(position: event.position, kind: .sequence(try elements(of: event, depth: depth + 1)))
        case .mappingStart:
            return YAMLNode(position: event.position, kind: .mapping(try pairs(of: event, depth: depth + 1)))
        case .alias:
            report.add("an alias (*name) is not supported: write the value out", at: event.position)
            return YAMLNode(position: event.position, kind: .refused)
        case .documentStart, .collectionEnd, .streamEnd, .other:
            preconditionFailure("libyaml promises a value after a document start, a dash and a key")
        }
    }

    private mutating func elements(of start: YAMLEvent, depth: Int) throws(Diagnostic) -> [YAMLNode] {
        try refuseDepth(depth, at: start.position)
        var elements: [YAMLNode] = []
        while true {
            let event = try events.next()
            if event.kind == .collectionEnd { return elements }
            elements.append(try node(event, depth: depth))
        }
    }

    private mutating func pairs(of start: YAMLEvent, depth: Int) throws(Diagnostic) -> [YAMLNode.Pair] {
        try refuseDepth(depth, at: start.position)
        var pairs: [YAMLNode.Pair] = []
        while true {
            let event = try events.next()
            if event.kind == .collectionEnd { return pairs }
            let key = try node(event, depth: depth)
            pairs.append(YAMLNode.Pair(key: key, value: try node(try events.next(), depth: depth)))
        }
    }

    private func refuseDepth(_ depth: Int, at position: Position) throws(Diagnostic) {
        guard depth <= Self.maximumDepth else {
            throw Diagnostic("lists and mappings are nested more than \(Self.maximumDepth) deep", at: position)
        }
    }

    private func refuseProperties(of event: YAMLEvent) {
        if event.hasAnchor { report.add("an anchor (&name) is not supported: remove it", at: event.position) }
        if event.hasTag { report.add("a tag (!name) is not supported: remove it", at: event.position) }
    }
}
