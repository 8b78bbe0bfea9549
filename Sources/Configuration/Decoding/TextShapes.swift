// Decoders of single values. Numbers and booleans must be plain: `"256"` is text. Durations, percentages, addresses,
// ports and words are text with their own syntax and may be quoted.

import SelfConnect

extension ValueDecoder where Value == String {
    /// Text on one line.
    static func text(_ expected: String, atMost limit: Int = 256) -> ValueDecoder {
        ValueDecoder(expected: expected) { node, report in
            guard case .scalar(let text, _) = node.kind, !node.isNull else {
                report.add(expected: expected, found: node)
                return nil
            }
            guard !text.hasControls else {
                report.add("this text has control characters: leave them out", at: node.position)
                return nil
            }
            guard text.utf8.count <= limit else {
                report.add("this text is too long: \(text.utf8.count) bytes, at most \(limit)", at: node.position)
                return nil
            }
            return text
        }
    }

    /// An absolute path.
    static func path(_ expected: String) -> ValueDecoder {
        text(expected, atMost: 4095).map { text throws(ParseError) in
            guard text.hasPrefix("/") else {
                throw ParseError("\(text.quoted) must be an absolute path")
            }
            return text
        }
    }
}

extension ValueDecoder {
    /// Converts the text to another type.
    func map<Other>(_ transform: @escaping (Value) throws(ParseError) -> Other) -> ValueDecoder<Other> {
        ValueDecoder<Other>(expected: expected) { node, report in
            guard let value = read(node, report) else { return nil }
            do throws(ParseError) {
                return try transform(value)
            } catch {
                report.add(error.message, at: node.position)
                return nil
            }
        }
    }

    /// A value that must be written without quotes.
    static func plain(_ expected: String, _ transform: @escaping (String) throws(ParseError) -> Value)
        -> ValueDecoder
    {
        let text = ValueDecoder<String>.text(expected).map(transform)
        return ValueDecoder(expected: expected) { node, report in
            guard case .scalar(let written, isPlain: false) = node.kind else { return text.read(node, report) }
            report.add("expected \(expected), found text: write \(written.quoted) without quotes", at: node.position)
            return nil
        }
    }
}

extension ValueDecoder where Value == Bool {
    /// `true` or `false`; YAML's other boolean words are rejected.
    static var boolean: ValueDecoder {
        plain("true or false") { text throws(ParseError) in
            switch text {
            case "true": true
            case "false": false
            default: throw ParseError("\(text.quoted) is neither true nor false")
            }
        }
    }
}

extension ValueDecoder where Value == Int {
    /// A decimal integer within bounds.
    static func number(_ bounds: ClosedRange<Int>) -> ValueDecoder {
        plain("a whole number") { text throws(ParseError) in
            guard !text.isEmpty, text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
                throw ParseError("\(text.quoted) is not a whole number: write digits only")
            }
            guard let number = Int(text), number <= bounds.upperBound else {
                throw ParseError("\(text) is too large: at most \(bounds.upperBound)")
            }
            guard number >= bounds.lowerBound else {
                throw ParseError("\(text) is too small: at least \(bounds.lowerBound)")
            }
            return number
        }
    }
}

extension ValueDecoder where Value == Duration {
    /// A duration within bounds.
    ///
    /// - Parameter never: the meaning of `0s`, which is then accepted although it is below the bounds; nil: `0s` is
    ///   rejected.
    static func duration(_ bounds: ClosedRange<Duration>, zero never: String? = nil) -> ValueDecoder {
        ValueDecoder<String>.text("a duration such as 30s").map { text throws(ParseError) in
            let duration = try Duration(text: text)
            if duration == .zero, never != nil { return duration }
            guard duration >= bounds.lowerBound else {
                let exception = never.map { ", or 0s for \($0)" } ?? ""
                throw ParseError("\(text) is too short: at least \(bounds.lowerBound.text)\(exception)")
            }
            guard duration <= bounds.upperBound else {
                throw ParseError("\(text) is too long: at most \(bounds.upperBound.text)")
            }
            return duration
        }
    }
}

extension ValueDecoder where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the raw values of an enumeration.
    static func word(_ expected: String) -> ValueDecoder {
        ValueDecoder<String>.text(expected).map { text throws(ParseError) in
            guard let value = Value(rawValue: text) else {
                let hint = Spelling.hint(for: text, among: Value.allCases.map(\.rawValue), called: "write one of")
                throw ParseError("\(text.quoted) is not \(expected): \(hint)")
            }
            return value
        }
    }
}

extension ValueDecoder where Value == PortRange {
    /// A port or a range of ports.
    static var ports: ValueDecoder {
        ValueDecoder<String>.text("ports such as 50010 or 50070-50075").map { text throws(ParseError) in
            try PortRange(text)
        }
    }
}
