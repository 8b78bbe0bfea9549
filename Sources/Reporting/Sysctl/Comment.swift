import SelfConnect

/// Text as comments of a sysctl.d file (sysctl.d(5)): lines that begin with a number sign.
///
/// Names come from the configuration and from other users' processes: a line feed in a name must not start a new line,
/// which would be an assignment.
struct Comment {
    /// The lines, each with its line feed.
    private(set) var text = ""

    private static let width = 100

    /// Adds a wrapped paragraph; all lines but the first are indented by `indent` spaces.
    mutating func add(_ paragraph: String, indent: Int = 0) {
        var line = ""
        for word in paragraph.printable.split(separator: " ") {
            if !line.isEmpty, line.count + word.count + 3 > Self.width {
                text += "# \(line)\n"
                line = String(repeating: " ", count: indent) + word
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        text += line.isEmpty ? "#\n" : "# \(line)\n"
    }

    /// Adds one line unchanged, of any length.
    mutating func add(verbatim line: String) {
        text += "#   \(line.printable)\n"
    }
}
