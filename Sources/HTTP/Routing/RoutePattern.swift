// Patterns such as `/v1/targets/{name}`. They are compared segment by segment with the decoded path,
// so that `/v1/%73tatus` is `/v1/status`, as RFC 3986 §6.2.2 wants, and an encoded slash in a name
// stays in the name.

/// The path of a route.
struct RoutePattern: Sendable {
    private enum Segment: Sendable {
        case literal(String)
        case parameter(String)
    }

    /// The pattern as it was written.
    let template: String
    private let segments: [Segment]

    /// Reads a pattern.
    ///
    /// Traps if it does not begin with a slash or a parameter has no name.
    init(_ template: String) {
        precondition(template.utf8.first == UInt8(ascii: "/"), "a pattern begins with a slash")
        self.template = template
        segments = template.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { octets in
                let text = String(Substring(octets))
                guard text.utf8.first == UInt8(ascii: "{"), text.utf8.last == UInt8(ascii: "}") else {
                    return .literal(text)
                }
                precondition(text.utf8.count > 2, "a parameter has a name")
                return .parameter(String(text.dropFirst().dropLast()))
            }
    }

    /// Whether the path has this form. A parameter matches any segment but an empty one.
    func matches(_ path: [String]) -> Bool {
        guard path.count == segments.count else { return false }
        for index in segments.indices {
            switch segments[index] {
            case .literal(let text): if path[index] != text { return false }
            case .parameter: if path[index].isEmpty { return false }
            }
        }
        return true
    }

    /// The index of the first of the patterns that the path has the form of.
    static func firstMatch(in patterns: [RoutePattern], for path: [String]) -> Int? {
        patterns.indices.first { patterns[$0].matches(path) }
    }

    /// The value that a path of this form has for the parameter.
    func value(of name: String, in path: [String]) -> String? {
        for (segment, text) in zip(segments, path) {
            if case .parameter(name) = segment { return text }
        }
        return nil
    }
}
