import Glibc
import Testing

@testable import Systemd

/// Entries before they are sent.
@Suite struct JournalEntryTests {
    @Test("An entry is its message, its priority and its fields") func assignments() {
        let entry = JournalEntry(
            "127.0.0.1:50010 is susceptible", priority: .critical,
            fields: [.init("SELFCONNECT_VERDICT", "susceptible"), .init("SELFCONNECT_PREVIOUS", "a=b\nc")])
        #expect(
            entry.assignments == [
                "MESSAGE=127.0.0.1:50010 is susceptible", "PRIORITY=2", "SELFCONNECT_VERDICT=susceptible",
                "SELFCONNECT_PREVIOUS=a=b\nc",
            ])
    }

    @Test(
        "A field has a name that the journal accepts",
        arguments: [
            ("A", true), ("SELFCONNECT_VERDICT", true), ("A1_", true), (String(repeating: "A", count: 64), true),
            ("", false), ("_PID", false), ("1A", false), ("Aa", false), ("A B", false), ("A=", false), ("É", false),
            (String(repeating: "A", count: 65), false),
        ])
    func names(_ name: String, _ isName: Bool) {
        #expect(JournalEntry.Field.isName(name) == isName)
    }

    @Test("The prefix of a line on stderr is the syslog level") func prefixes() {
        #expect(JournalPriority.emergency.linePrefix == "<0>")
        #expect(JournalPriority.critical.linePrefix == "<2>")
        #expect(JournalPriority.warning.linePrefix == "<4>")
        #expect(JournalPriority.debug.linePrefix == "<7>")
    }
}

extension EnvironmentTests {
    /// Whether a descriptor is connected to the journal.
    @Suite struct JournalStreamTests {
        @Test("A descriptor leads to the journal if JOURNAL_STREAM names its device and inode") func stream() throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            defer { for end in ends { close(end) } }
            var status = stat()
            try #require(fstat(ends[1], &status) == 0)
            let rows: [(stream: String?, isConnected: Bool)] = [
                ("\(status.st_dev):\(status.st_ino)", true),
                ("\(status.st_dev):\(status.st_ino + 1)", false),
                ("\(status.st_dev + 1):\(status.st_ino)", false),
                ("\(status.st_dev)", false), ("a:b", false), (":", false), ("", false), (nil, false),
            ]
            for row in rows {
                withEnvironment(["JOURNAL_STREAM": row.stream]) {
                    #expect(Journal.isConnected(to: ends[1]) == row.isConnected)
                }
            }
            withEnvironment(["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)"]) {
                #expect(!Journal.isConnected(to: -1))
            }
        }
    }
}
