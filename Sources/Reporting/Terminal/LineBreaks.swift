/// Breaks lines at spaces.
enum LineBreaks {
    /// The lines of a text that fit into `width` columns, all but the first indented by `indent`. A word is never broken: one
    /// that is too long has a line of its own. Spaces between words stay, except where a line ends.
    static func lines(of text: String, width: Int, indent: Int = 0) -> [String] {
        var lines: [String] = []
        var line = ""
        var columns = 0
        var hasWord = false
        // An empty word stands for one more space.
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            let space = index == 0 ? 0 : 1
            let length = word.columns
            if hasWord, !word.isEmpty, columns + space + length > width {
                lines.append(line.trimmingEnd)
                line = String(repeating: " ", count: indent) + word
                columns = indent + length
            } else {
                line += (space == 0 ? "" : " ") + word
                columns += space + length
                hasWord = hasWord || !word.isEmpty
            }
        }
        return lines + [line]
    }
}
