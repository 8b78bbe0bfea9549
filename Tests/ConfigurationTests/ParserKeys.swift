// The keys of the parser, as listed in its message about an unknown key. So a new key is found without a second list.

/// Finds the keys of the parser.
enum ParserKeys {
    /// All keys that are not mappings, by path, such as `probe.loop.interval` or `targets[].name`.
    static let leaves = leaves(under: "")

    private static let unknown = "zzzzzzzzzzzz"

    private static func leaves(under path: String) -> [String] {
        guard let keys = keys(of: path) else { return [path] }
        return keys.flatMap { key in
            let below = path.isEmpty ? key : "\(path).\(key)"
            return leaves(under: isListOfMappings(below) ? below + "[]" : below)
        }
    }

    private static func isListOfMappings(_ path: String) -> Bool { keys(of: path + "[]") != nil }

    /// The keys of the mapping at a path; nil if it is not a mapping.
    private static func keys(of path: String) -> [String]? {
        let marker = "unknown key “\(unknown)”: known here are "
        let fault = faults(yaml(path, "{\(unknown): 1}")).first { $0.contains(marker) }
        return fault?.split(separator: marker).last?.split(separator: ", ").map(String.init)
    }

    /// A file that only contains the value at `path`.
    static func yaml(_ path: String, _ value: String) -> String {
        path.split(separator: ".").reversed().reduce(value) { inner, part in
            guard part.hasSuffix("[]") else { return "{\(part): \(inner)}" }
            return "{\(part.dropLast(2)): [\(inner)]}"
        }
    }
}
