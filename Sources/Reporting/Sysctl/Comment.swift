import SelfConnect

/// Text as comments of a sysctl.d file (sysctl.d(5)): lines that begin with a number sign.
///
/// Names come from the configuration and from other people's processes: a line feed in one must not begin a line of
/// its own, which would be an assignment.
struct Comment {
    /// What is written, each line with its line feed.
    private(set) var text = ""

    private static let width = 100

    /// Adds a paragraph, wrapped; all lines but its first are set in by `indent` spaces.
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

    /// Adds one line as it is, however long.
    mutating func add(verbatim line: String) {
        text += "#   \(line.printable)\n"
    }
}
