/// The name of a network namespace: a name under /run/netns, as in ip-netns(8), or the absolute path of a file such as
/// /proc/812/ns/net.
///
/// Names are normalised, so that `blue`, `/run/netns/blue` and `/var/run/netns/blue` are one namespace.
public enum NamespaceName {
    private static let directory = "/run/netns/"

    /// NAME_MAX of limits.h, in octets.
    private static let longestName = 255

    /// Parses a name or a path; returns the normalised form.
    public static func parse(_ text: String) throws(ParseError) -> String {
        guard text.hasPrefix("/") else { return try name(text) }
        for directory in [directory, "/var" + directory] where text.hasPrefix(directory) {
            return try name(String(text.dropFirst(directory.count)))
        }
        guard text.utf8.count < 4096, !text.hasSuffix("/") else {
            throw ParseError("“\(text)” is not the path of a file")
        }
        return text
    }

    /// The file of a normalised namespace name.
    public static func path(of namespace: String) -> String {
        namespace.hasPrefix("/") ? namespace : directory + namespace
    }

    private static func name(_ text: String) throws(ParseError) -> String {
        guard !text.isEmpty, text.utf8.count <= longestName, !text.contains("/"), text != ".", text != ".." else {
            throw ParseError(
                "“\(text)” is not a network namespace: write a name under \(directory) or an absolute path")
        }
        return text
    }
}
