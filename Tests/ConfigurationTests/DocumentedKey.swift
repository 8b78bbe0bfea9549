// The tables of docs/configuration.md as values.

import TestSupport
import Testing

/// One row of the table of keys.
struct DocumentedKey: CustomTestStringConvertible {
    /// The path, such as `probe.loop.interval` or `targets[].name`.
    let path: String
    /// The kind of the value, such as `duration`.
    let kind: String
    /// As written in the file, or `none`, or `required`.
    let defaultText: String
    /// The bounds, words or lengths, in the format of the kind.
    let limits: String

    var testDescription: String { path }

    /// Whether an absent key is equivalent to a value that could be written.
    var hasDefault: Bool { defaultText != "none" && defaultText != "required" }

    /// The key of a target, without its path; nil elsewhere.
    var nameInTarget: Substring? { path.hasPrefix("targets[].") ? path.dropFirst("targets[].".count) : nil }

    /// The ends of `A to B`, and the rest, such as `, or 0s for no loop probes`.
    var bounds: (lower: String, upper: String, exception: String)? {
        let parts = limits.split(separator: ", or ", maxSplits: 1)
        let ends = parts.first?.split(separator: " to ") ?? []
        guard ends.count == 2 else { return nil }
        return (String(ends[0]), String(ends[1]), parts.count == 2 ? ", or \(parts[1])" : "")
    }
}

/// The tables of docs/configuration.md.
enum ConfigurationDocument {
    /// All documented keys.
    static let keys = rows(columns: 4).dropFirst().map { cells in
        DocumentedKey(path: cells[0], kind: cells[1], defaultText: cells[2], limits: cells[3])
    }

    /// The cells of all table rows with this many columns, without back-quotes and the separator row.
    static func rows(columns: Int) -> [[String]] {
        let lines = (try? Repository.text("docs/configuration.md"))?.split(separator: "\n") ?? []
        return lines.filter { $0.hasPrefix("| ") }.compactMap { line in
            let cells = line.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false)
            return cells.count == columns ? cells.map { $0.filter { $0 != "`" } } : nil
        }
    }
}
