import SelfConnect

/// How text for people is written: broken at the width of a terminal, coloured, or neither.
package struct TerminalStyle: Hashable, Sendable {
    /// The columns of the terminal; nil: lines are not broken.
    package let width: Int?
    /// Whether severities have colours.
    package let usesColor: Bool

    /// As in a file or a pipe.
    package static let plain = TerminalStyle(width: nil, usesColor: false)

    /// Narrower terminals are treated as this wide: their lines would be mostly indentation.
    private static let minimumWidth = 40
    /// The width of a terminal that does not report one.
    private static let defaultWidth = 80

    /// The style for a terminal of this width, or for something else than a terminal.
    package init(width: Int?, usesColor: Bool) {
        self.width = width.map { max(Self.minimumWidth, $0) }
        self.usesColor = usesColor
    }

    /// The columns of a terminal: those of the variable COLUMNS, or else of its window.
    package static func width(variable: String?, window: Int?) -> Int {
        let columns = [variable.flatMap { Int($0) }, window]
        return columns.compactMap { $0 }.first { $0 > 0 } ?? defaultWidth
    }

    /// The lines as text, each with its line feed.
    package func text(_ lines: [TerminalLine]) -> String {
        lines.flatMap(rows).map { $0 + "\n" }.joined()
    }

    /// The rows of the terminal for one line.
    private func rows(_ line: TerminalLine) -> [String] {
        var rows = [line.text]
        if let width, !line.isVerbatim {
            rows = LineBreaks.lines(of: line.text, width: width, indent: line.text.prefix { $0 == " " }.count + 2)
        }
        guard usesColor, let severity = line.severity else { return rows }
        return rows.map { "\u{1B}[\(severity.color)m\($0)\u{1B}[0m" }
    }
}

extension Severity {
    /// The parameters of SGR (ECMA-48 §8.3.117), with the colours that terminals let their users choose.
    fileprivate var color: String {
        switch self {
        case .critical: "1;31"
        case .warning: "33"
        case .notice: "36"
        case .ok: "32"
        }
    }
}
