// The tables of docs/configuration.md as values.

import FoundationEssentials
import Testing

/// One row of the table of keys.
struct DocumentedKey: CustomTestStringConvertible {
    /// Its path, such as `probe.loop.interval` or `targets[].name`.
    let path: String
    /// The kind of its value, such as `duration`.
    let kind: String
    /// As it would be written in the file, or `none`, or `required`.
    let defaultText: String
    /// The bounds, words or lengths, in the form that its kind has.
    let limits: String

    var testDescription: String { path }

    /// Whether the file may leave it out, and what that means is a value that could have been written.
    var hasDefault: Bool { defaultText != "none" && defaultText != "required" }

    /// Both ends of `A to B`, and what follows them, such as `, or 0s for no loop probes`.
    var bounds: (lower: String, upper: String, exception: String)? {
        let parts = limits.split(separator: ", or ", maxSplits: 1)
        let ends = parts.first?.split(separator: " to ") ?? []
        guard ends.count == 2 else { return nil }
        return (String(ends[0]), String(ends[1]), parts.count == 2 ? ", or \(parts[1])" : "")
    }
}

/// The documents of this repository.
enum Document {
    /// The text of a file, named from the top of the repository.
    static func text(_ path: String) -> String {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        guard let data = try? Data(contentsOf: URL(filePath: root + "/" + path)) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// The cells of all table rows with so many columns, without their back-quotes, head and rule left out.
    static func rows(of path: String, columns: Int) -> [[String]] {
        text(path).split(separator: "\n").filter { $0.hasPrefix("| ") }.compactMap { line in
            let cells = line.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false)
            return cells.count == columns ? cells.map { $0.filter { $0 != "`" } } : nil
        }
    }

    /// Every key that docs/configuration.md has.
    static let keys = rows(of: "docs/configuration.md", columns: 4).dropFirst().map { cells in
        DocumentedKey(path: cells[0], kind: cells[1], defaultText: cells[2], limits: cells[3])
    }
}
