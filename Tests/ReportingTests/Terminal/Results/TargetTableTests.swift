import SelfConnect
import TestSupport
import Testing

@testable import Reporting

/// Results of commands that have a line for each target.
@Suite struct TargetTableTests {
    @Test("A table has a line for each target, the most dangerous first, with the holder of its port") func table() {
        let targets = [8, 3, 1, 2, 0].map { Example.targets[$0] }
        #expect(
            TerminalStyle.plain.text(TargetTable.lines(targets)) == """
                ENDPOINT         VERDICT         SEVERITY  HOLDER
                127.0.0.1:40010  self-connected  critical  self-connected cron.service
                127.0.0.1:40012  stolen          critical  source uid 112
                127.0.0.1:40002  susceptible     critical
                127.0.0.1:40004  latent          warning   listening hdfs.service
                127.0.0.1:30000  outside-range   ok

                """)
        #expect(TargetTable.lines(targets).map(\.severity) == [nil, .critical, .critical, .critical, .warning, .ok])
        #expect(TargetTable.lines([]).isEmpty)
    }

    @Test("The totals have the verdicts and severities, the most dangerous first; one target has none") func totals() {
        let targets = [7, 2, 4, 2, 2, 0].map { Example.targets[$0] }
        #expect(
            TargetTotals.lines(targets).map(\.text) == [
                "6 endpoints: 1 self-connected (critical), 3 susceptible (critical), 1 inconclusive (warning), 1 reserved (ok)"
            ])
        #expect(TargetTotals.lines([Example.targets[0]]).isEmpty && TargetTotals.lines([]).isEmpty)
    }

    @Test("Columns are aligned by what a terminal shows, and unprintable characters are replaced") func columns() {
        let rows = [
            TerminalTable.Row(["漢字", "a"]), TerminalTable.Row(["x\u{1B}y", "b"]), TerminalTable.Row(["12345", ""]),
        ]
        #expect(TerminalTable.lines(rows).map(\.text) == ["漢字   a", "x\u{FFFD}y    b", "12345"])
    }

    @Test("A step that needs root is labelled so before the command, and the command alone follows the colon")
    func rights() throws {
        let steps = Example.targets.prefix(4).flatMap { TargetText.lines($0) }.map(\.text).filter {
            $0.hasPrefix("  now") || $0.hasPrefix("  or")
        }
        #expect(
            steps == [
                "  now (as root): ss -K -t src 127.0.0.1:40010 dst 127.0.0.1:40010",
                "  or (as root): systemctl restart cron.service",
                "  now (as root): ss -K -t src 127.0.0.1:40012 dst 127.0.0.1:443",
            ])
    }
}
