// Patterns such as `/v1/targets/{name}`. They are compared segment by segment with the decoded path, so that
// `/v1/%73tatus` equals `/v1/status` (RFC 3986 §6.2.2), and an encoded slash in a name remains part of the name.

/// The path of a route.
struct RoutePattern: Sendable {
    private enum Segment: Sendable {
        case literal(String)
        case parameter(String)
    }

    /// The pattern as written.
    let template: String
    private let segments: [Segment]

    /// Parses a pattern.
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

    /// Whether the path matches. A parameter matches any non-empty segment.
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

    /// The index of the first pattern that matches the path.
    static func firstMatch(in patterns: [RoutePattern], for path: [String]) -> Int? {
        patterns.indices.first { patterns[$0].matches(path) }
    }

    /// The value of the parameter in a path that matches.
    func value(of name: String, in path: [String]) -> String? {
        for (segment, text) in zip(segments, path) {
            if case .parameter(name) = segment { return text }
        }
        return nil
    }
}
