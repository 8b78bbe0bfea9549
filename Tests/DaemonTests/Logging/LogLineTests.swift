import Configuration
import Logging
import Primitives
import SelfConnect
import Systemd
import TestSupport
import Testing

@testable import Daemon

/// The formats of a log line.
@Suite struct LogLineTests {
    private static let now = Timestamp(nanoseconds: 1_769_846_700_000_000_000)

    private static let event = Event(
        .verdict, at: now, severity: .critical, "It is not in use.", target: "web",
        endpoint: Endpoint(.loopback4, 50010), namespace: "blue", verdict: .susceptible, previous: .latent)

    @Test("No untrusted text controls a terminal or ends the line, in either format") func hostile() {
        let scalars = (0...0x10FFFF as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init)
        let text = String(String.UnicodeScalarView(scalars.filter(\.isUnprintable)))
        let line = LogLine(level: .info, message: text, metadata: [text: text], details: ["target": text])
        for format in LogFormat.allCases {
            #expect(!line.text(format, at: Self.now).unicodeScalars.contains { $0.isUnprintable }, "\(format)")
        }
        #expect(!line.entry(.text, at: Self.now).message.unicodeScalars.contains { $0.isUnprintable })
    }

    @Test("Text is the message and the metadata, on one line") func text() {
        let line = LogLine(
            level: .info, message: "a\nb", metadata: ["z": "1", "a": "2\r\n3"], details: ["verdict": "x"])
        #expect(line.text(.text, at: Self.now) == "a b a=2 3 z=1")
    }

    @Test("JSON is one object with the details of an event") func json() {
        #expect(
            EventLogger.line(Self.event).text(.json, at: Self.now)
                == #"{"time":"2026-01-31T08:05:00.000Z","level":"error","#
                + #""message":"127.0.0.1:50010 in blue web: susceptible (was latent). It is not in use.","#
                + #""endpoint":"127.0.0.1:50010","event":"verdict","namespace":"blue","previous":"latent","#
                + #""severity":"critical","target":"web","verdict":"susceptible"}"#)
    }

    @Test("The journal gets the details as fields and the message ID of the kind of event") func entry() {
        let entry = EventLogger.line(Self.event).entry(.text, at: Self.now)
        #expect(entry.message == "127.0.0.1:50010 in blue web: susceptible (was latent). It is not in use.")
        #expect(entry.priority == .error)
        #expect(
            entry.fields.map { "\($0.name)=\($0.value)" } == [
                "SELFCONNECT_ENDPOINT=127.0.0.1:50010", "SELFCONNECT_EVENT=verdict", "SELFCONNECT_NAMESPACE=blue",
                "SELFCONNECT_PREVIOUS=latent", "SELFCONNECT_SEVERITY=critical", "SELFCONNECT_TARGET=web",
                "SELFCONNECT_VERDICT=susceptible", "MESSAGE_ID=6f536d3ee858414c9f185e012f70363b",
            ])
    }

    @Test(
        "Each kind of event has its own message ID, which the documentation lists", arguments: Event.Kind.allCases)
    func identity(_ kind: Event.Kind) throws {
        #expect(kind.messageID.count == 32 && kind.messageID.allSatisfy { "0123456789abcdef".contains($0) })
        #expect(Event.Kind.allCases.count { $0.messageID == kind.messageID } == 1)
        let rows = try Repository.text("docs/journal.md").split(separator: "\n")
        #expect(rows.contains { $0.hasPrefix("| `\(kind.rawValue)` | `\(kind.messageID)` |") })
        let catalog = try Repository.text("systemd/selfconnectd.catalog")
        #expect(catalog.contains("\n-- \(kind.messageID)\nSubject: "), "journalctl -x explains it")
    }

    @Test(
        "journalctl reads the message catalog", .enabled(if: Command.path(of: "journalctl") != nil, "needs journalctl"))
    func catalog() throws {
        let folder = try TemporaryFolder()
        let script = """
            mkdir -p "$1/usr/lib/systemd/catalog" "$1/var/lib/systemd/catalog"
            cp "$2" "$1/usr/lib/systemd/catalog/"
            journalctl --update-catalog --root "$1" && journalctl --list-catalog --root "$1"
            """
        let outcome = try Program.run(
            "sh", ["-c", script, "sh", folder.path, Repository.path("systemd/selfconnectd.catalog")])
        #expect(outcome.errors == "")
        #expect(outcome.output.split(separator: "\n").count == Event.Kind.allCases.count, "\(outcome.output)")
    }

    @Test("The documentation and the manual page list every field") func fields() throws {
        let document = try Repository.text("docs/journal.md")
        let manual = try Repository.text("man/selfconnectd.8")
        for field in EventLogger.line(Self.event).entry(.text, at: Self.now).fields {
            #expect(document.contains("| `\(field.name)` |"), "\(field.name)")
            #expect(manual.contains(field.name), "\(field.name)")
        }
    }
}
