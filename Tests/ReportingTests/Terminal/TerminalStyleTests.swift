import SelfConnect
import TestSupport
import Testing

@testable import Reporting

/// Width and colours of a terminal.
@Suite struct TerminalStyleTests {
    private static let lines = [
        TerminalLine("127.0.0.1:40002: susceptible (critical, proof: directed)", severity: .critical),
        TerminalLine("  Port 40002 lies in the ephemeral range, is neither reserved nor in use."),
        TerminalLine("remedy: sysctl -w net.ipv4.ip_local_reserved_ports=40002", isVerbatim: true),
    ]

    @Test("In a file a line is a line, without escape sequences") func plain() {
        #expect(TerminalStyle.plain.text(Self.lines) == Self.lines.map { $0.text + "\n" }.joined())
        #expect(TerminalStyle.plain.text([]) == "")
    }

    @Test("On a terminal prose is broken, and what is to be copied is not") func width() {
        #expect(
            TerminalStyle(width: 50, usesColor: false).text(Self.lines) == """
                127.0.0.1:40002: susceptible (critical, proof:
                  directed)
                  Port 40002 lies in the ephemeral range, is
                    neither reserved nor in use.
                remedy: sysctl -w net.ipv4.ip_local_reserved_ports=40002

                """)
    }

    @Test("A terminal narrower than 40 columns counts as 40") func minimumWidth() {
        #expect(TerminalStyle(width: 3, usesColor: false) == TerminalStyle(width: 40, usesColor: false))
        #expect(TerminalStyle(width: 41, usesColor: false) != TerminalStyle(width: 40, usesColor: false))
    }

    @Test("Each severity has a colour of its own, on each row of its line alone") func colors() {
        let colored = TerminalStyle(width: 50, usesColor: true).text(Self.lines)
        #expect(
            colored.hasPrefix(
                "\u{1B}[1;31m127.0.0.1:40002: susceptible (critical, proof:\u{1B}[0m\n\u{1B}[1;31m  directed)\u{1B}[0m\n  Port"
            ), "\(colored)")
        #expect(colored.count { $0 == "\u{1B}" } == 4)
        let style = TerminalStyle(width: nil, usesColor: true)
        let starts = Severity.allCases.map { style.text([TerminalLine("x", severity: $0)]) }
        #expect(Set(starts).count == Severity.allCases.count && starts.allSatisfy { $0.hasSuffix("mx\u{1B}[0m\n") })
    }

    @Test(
        "The width is that of COLUMNS, or else of the window, or else 80",
        arguments: [
            ("100", 60, 100), (nil, 60, 60), ("", 60, 60), ("0", 60, 60), ("-5", 60, 60), ("wide", 60, 60),
            (nil, nil, 80),
            (nil, 0, 80),
        ] as [(String?, Int?, Int)])
    func columns(_ variable: String?, _ window: Int?, _ expected: Int) {
        #expect(TerminalStyle.width(variable: variable, window: window) == expected)
    }

    @Test(
        "Colours follow the option, then NO_COLOR, then the terminal",
        arguments: [
            (.auto, true, nil, "xterm", true), (.auto, false, nil, "xterm", false), (.auto, true, "1", "xterm", false),
            (.auto, true, "0", "xterm", false), (.auto, true, "", "xterm", true), (.auto, true, nil, "dumb", false),
            (.auto, true, nil, nil, true), (.always, false, "1", "dumb", true), (.never, true, nil, "xterm", false),
        ] as [(ColorChoice, Bool, String?, String?, Bool)])
    func choice(_ choice: ColorChoice, _ isTerminal: Bool, _ noColor: String?, _ term: String?, _ expected: Bool) {
        #expect(choice.usesColor(isTerminal: isTerminal, noColor: noColor, term: term) == expected)
    }

    @Test("Names cannot bring in an escape sequence") func hostile() {
        #expect(TerminalLine("a\u{1B}[2Jb\n").text == "a\u{FFFD}[2Jb\u{FFFD}")
    }

    @Test("The most dangerous target comes first, others in their order") func order() {
        let shuffled = [4, 7, 1, 0, 9, 2].map { Example.targets[$0] } + [Example.targets[2]]
        let lines = TargetText.lines(shuffled).filter { $0.severity != nil }.map(\.text)
        let verdicts = lines.map { $0.split(separator: " ")[1] }
        #expect(
            verdicts == [
                "self-connected", "stolen", "susceptible", "susceptible", "inconclusive", "reserved", "not-self",
            ])
    }
}
