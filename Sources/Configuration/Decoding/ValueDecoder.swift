// Composable decoders of the values in the file.
//
// A decoder reads a node and either returns a value or reports a fault; it never stops the reading. Decoders are built
// from smaller ones, so that the schema in ConfigurationShape.swift resembles the file.

/// A decoder of one kind of value.
struct ValueDecoder<Value> {
    /// A description of the expected value, with its article: `a duration such as 30s`.
    let expected: String
    /// Returns the value; nil after reporting a fault.
    let read: (YAMLNode, Diagnostics) -> Value?
}

extension ValueDecoder {
    /// The value with its position.
    func located() -> ValueDecoder<Located<Value>> where Value: Hashable & Sendable {
        ValueDecoder<Located<Value>>(expected: expected) { node, report in
            read(node, report).map { Located($0, at: node.position) }
        }
    }

    /// The value as an optional.
    func optional() -> ValueDecoder<Value?> {
        ValueDecoder<Value?>(expected: expected) { node, report in read(node, report).map { .some($0) } }
    }

    /// The valid elements of a list; a single value counts as a list of one.
    func list() -> ValueDecoder<[Value]> {
        ValueDecoder<[Value]>(expected: expected) { node, report in node.elements.compactMap { read($0, report) } }
    }

    /// Like `list()`, with the position of each element; at least one element, no duplicates.
    func distinctList() -> ValueDecoder<[Located<Value>]> where Value: Hashable & Sendable {
        ValueDecoder<[Located<Value>]>(expected: expected) { node, report in
            if node.elements.isEmpty { report.add(expected: expected, found: node) }
            var lines: [Value: Int] = [:]
            return node.elements.compactMap { element in
                guard let value = read(element, report) else { return nil }
                if let line = lines[value] {
                    report.add("\(element.noun) is repeated: it stands on line \(line) already", at: element.position)
                    return nil
                }
                lines[value] = element.position.line
                return Located(value, at: element.position)
            }
        }
    }

    /// A mapping whose keys are read into a copy of `initial`.
    ///
    /// - Parameter body: reads all known keys; unknown and missing ones are reported after it.
    static func mapping(
        _ expected: String, into initial: Value, _ body: @escaping (inout MappingDecoder, inout Value) -> Void
    ) -> ValueDecoder {
        ValueDecoder(expected: expected) { node, report in
            guard case .mapping(let pairs) = node.kind else {
                report.add(expected: expected, found: node)
                return nil
            }
            var fields = MappingDecoder(pairs, at: node.position, report)
            var value = initial
            body(&fields, &value)
            fields.finish()
            return value
        }
    }
}
