// An event is one line, which ends where the page ends. Its time is a link to itself: the line that the address names is
// shown with its whole text.

import SelfConnect

/// A line of a list of events.
struct PageLine {
    var at: Timestamp
    var severity: Severity
    /// What it is about, as HTML.
    var subject: String?
    var verdict: Verdict?
    var previous: Verdict?
    /// A sentence.
    var message: String

    /// Lines as a list, the last first.
    static func list(_ lines: [PageLine]) -> String {
        var sameTime: [Timestamp: Int] = [:]
        let items = lines.map { line in
            sameTime[line.at, default: 0] += 1
            return line.html(number: sameTime[line.at] ?? 1)
        }
        return "<ol class=\"events\" reversed>\n\(items.reversed().joined(separator: "\n"))\n</ol>"
    }

    /// - Parameter number: among the events of its time, so that the anchor is unique.
    private func html(number: Int) -> String {
        let anchor = "e\(at.nanoseconds)\(number > 1 ? "-\(number)" : "")"
        let change = verdict.map { verdict in
            "<b>\(previous.map { "\($0.rawValue) → " } ?? "")\(verdict.rawValue)</b>"
        }
        let parts = [subject, change, HTMLEscaping.escaped(message)].compactMap(\.self)
        return """
            <li id="\(anchor)" class="\(severity.rawValue)"><a href="#\(anchor)">\(PageTime.listed(at))</a> \
            <span>\(parts.joined(separator: " "))</span></li>
            """
    }
}
