// libyaml's event parser as a Swift value: the only file that calls C.
//
// The parser is on the heap because yaml_parser_set_input_string stores its address inside it, and the input is copied
// because the parser only borrows it. Both are freed with this value. Each event is freed before `next()` returns.

import CYAML

/// The events of one text, in order.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let text: SourceText

    /// Prepares to parse `text`.
    init(of text: SourceText) throws(Diagnostic) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw Diagnostic("there is not enough memory to read the file", at: Position(line: 1, column: 1))
        }
        input = .allocate(capacity: text.bytes.count)
        _ = input.initialize(from: text.bytes)
        self.text = text
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event, or the fault that ends the text. Must not be called again after the end of the stream or a
    /// fault.
    func next() throws(Diagnostic) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault }
        defer { yaml_event_delete(&event) }
        return Self.value(of: event)
    }

    private static func value(of event: yaml_event_t) -> YAMLEvent {
        let position = Position(event.start_mark)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let kind = YAMLEvent.Kind.scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
            return YAMLEvent(
                kind: kind, position: position, hasAnchor: scalar.anchor != nil, hasTag: scalar.tag != nil)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return YAMLEvent(
                kind: .sequenceStart, position: position, hasAnchor: start.anchor != nil, hasTag: start.tag != nil)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return YAMLEvent(
                kind: .mappingStart, position: position, hasAnchor: start.anchor != nil, hasTag: start.tag != nil)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            return YAMLEvent(kind: .collectionEnd, position: position)
        case YAML_ALIAS_EVENT:
            return YAMLEvent(kind: .alias, position: position)
        case YAML_DOCUMENT_START_EVENT:
            return YAMLEvent(kind: .documentStart, position: position)
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT:
            return YAMLEvent(kind: .streamEnd, position: position)
        default:
            return YAMLEvent(kind: .other, position: position)
        }
    }

    /// libyaml's error: problem and context with their positions.
    private var fault: Diagnostic {
        // If the last line has no line feed, libyaml reports the line after it.
        let place = min(Position(parser.pointee.problem_mark), text.end)
        guard let problem = parser.pointee.problem else {
            return Diagnostic("there is not enough memory to read the file", at: place)
        }
        var message = "not valid YAML: \(String(cString: problem))"
        if let context = parser.pointee.context {
            let start = Position(parser.pointee.context_mark)
            let from = start.line < place.line ? " from line \(start.line)" : ""
            message += " (\(String(cString: context))\(from))"
        }
        return Diagnostic(message + (hint.map { "; \($0)" } ?? ""), at: place)
    }

    /// Advice for common mistakes that libyaml's messages do not explain.
    private var hint: String? {
        let rest = text.scalars(from: parser.pointee.problem_mark.index)
        return switch (parser.pointee.error, rest.first, rest.dropFirst().first) {
        case (YAML_SCANNER_ERROR, "\t", _): "indent with spaces, not with a tab"
        case (YAML_SCANNER_ERROR, ":", _):
            "begin a new line for nested keys, or put text that contains a colon in quotes"
        case (YAML_SCANNER_ERROR, let first?, _) where "%@`".unicodeScalars.contains(first):
            "put text that begins with \(first) in quotes"
        case (YAML_PARSER_ERROR, ":", ":"): "put an IPv6 address in quotes"
        default: nil
        }
    }
}

extension Position {
    /// libyaml counts lines and columns from 0.
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: mark.line + 1, column: mark.column + 1)
    }
}
