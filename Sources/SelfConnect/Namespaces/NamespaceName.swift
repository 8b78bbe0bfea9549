/// The name of a network namespace: a name under /run/netns, as in ip-netns(8), or the absolute path of a file such as
/// /proc/812/ns/net.
///
/// Names are normalised, so that `blue`, `/run/netns/blue` and `/var/run/netns/blue` are one namespace.
package enum NamespaceName {
    private static let directory = "/run/netns/"

    /// NAME_MAX of limits.h, in octets.
    private static let longestName = 255

    /// Parses a name or a path; returns the normalised form.
    package static func parse(_ text: String) throws(ParseError) -> String {
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
    package static func path(of namespace: String) -> String {
        namespace.hasPrefix("/") ? namespace : directory + namespace
    }

    /// A shell command of one line that runs `command` in the namespace. One that has only a label, such as `pod:web` or
    /// `net:[4026532324]` (`NamespaceLabel`), has no file to name: the reader has to write the number of one of its processes
    /// for PID, and until then the command fails and changes nothing in another namespace.
    ///
    /// A label is untrusted: any user can name a control group. It is quoted in the comment too, which not every shell skips.
    package static func shell(_ command: String, in namespace: String) -> String {
        let file = path(of: namespace)
        guard namespace.hasPrefix("/") || !namespace.contains(":"), file == file.printable else {
            let label = ShellWord.quoted(namespace.printable)
            return "nsenter --net=/proc/PID/ns/net \(command) # PID: a process of \(label)"
        }
        return "nsenter --net=\(ShellWord.quoted(file)) \(command)"
    }

    private static func name(_ text: String) throws(ParseError) -> String {
        guard !text.isEmpty, text.utf8.count <= longestName, !text.contains("/"), text != ".", text != ".." else {
            throw ParseError(
                "“\(text)” is not a network namespace: write a name under \(directory) or an absolute path")
        }
        return text
    }
}
