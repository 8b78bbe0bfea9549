// What a value of the file must look like, as values that are put together.
//
// A shape reads a node and either gives a value or reports what is wrong; it never stops the reading. Larger
// shapes are made of smaller ones, so that the schema in ConfigurationShape.swift reads like the file.

/// A reader of one kind of value.
struct ValueDecoder<Value> {
    /// What belongs here, with its article: `a duration such as 30s`.
    let expected: String
    /// Gives the value; nil after a fault that is in the report.
    let read: (YAMLNode, Diagnostics) -> Value?
}

extension ValueDecoder {
    /// The value together with its place.
    func located() -> ValueDecoder<Located<Value>> where Value: Hashable & Sendable {
        ValueDecoder<Located<Value>>(expected: expected) { node, report in
            read(node, report).map { Located($0, at: node.position) }
        }
    }

    /// The value as one that may be absent.
    func optional() -> ValueDecoder<Value?> {
        ValueDecoder<Value?>(expected: expected) { node, report in read(node, report).map { .some($0) } }
    }

    /// Those elements of a list that could be read; a single value stands for a list of one.
    func list() -> ValueDecoder<[Value]> {
        ValueDecoder<[Value]>(expected: expected) { node, report in node.elements.compactMap { read($0, report) } }
    }

    /// As `list()`, with the place of each element; at least one, and none twice.
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
    /// - Parameter body: reads each key that is known; any other, and each that is missing, is reported after it.
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
