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
        for word in Self.printable(paragraph).split(separator: " ") {
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
        text += "#   \(Self.printable(line))\n"
    }

    /// Without what breaks a line or commands a terminal: C0, DEL, C1 and the two Unicode separators.
    static func printable(_ text: String) -> String {
        var printable = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: printable.append("\u{FFFD}")
            default: printable.append(scalar)
            }
        }
        return String(printable)
    }
}
