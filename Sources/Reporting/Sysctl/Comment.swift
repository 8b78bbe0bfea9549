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
        for line in LineBreaks.lines(of: paragraph.printable, width: Self.width - 2, indent: indent) {
            text += line.isEmpty ? "#\n" : "# \(line)\n"
        }
    }

    /// Adds one line unchanged, of any length.
    mutating func add(verbatim line: String) {
        text += "#   \(line.printable)\n"
    }
}
