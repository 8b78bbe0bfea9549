// All output is documented: a new verdict or metric must be described.

import Reporting
import SelfConnect
import TestSupport
import Testing

@Suite struct DocumentedWordsTests {
    @Test("README, manual page and OpenAPI describe a verdict in the words of the program", arguments: Verdict.allCases)
    func verdict(_ verdict: Verdict) throws {
        let (name, meaning) = (verdict.rawValue, verdict.meaning)
        let readme = try Repository.text("README.md").filter { $0 != "`" }
        #expect(readme.contains("\n| \(name) | \(meaning) | "))
        #expect(try Self.manualPage().contains(".It Cm \(name) \(meaning) ("))
        #expect(try Repository.text("Sources/Reporting/OpenAPI/openapi.json").contains("`\(name)`: \(meaning)."))
    }

    /// The page in one line, without the names of kernel variables marked.
    private static func manualPage() throws -> String {
        try Repository.text("man/selfconnectd.8").replacing("\n.Va ", with: " ").replacing("\n", with: " ")
    }

    @Test("Each severity is named in README", arguments: Severity.allCases)
    func severity(_ severity: Severity) throws {
        #expect(try Repository.text("README.md").contains(severity.rawValue))
    }

    @Test("Each kind of client is explained in the facts about the kernel", arguments: ClientKind.allCases)
    func client(_ kind: ClientKind) throws {
        #expect(try Repository.text("docs/kernel-facts.md").contains("\n| `\(kind.rawValue)`: "))
    }

    @Test("Each metric of targets and of the map has its row in docs/metrics.md") func metrics() throws {
        let document = try Repository.text("docs/metrics.md")
        let names = [Example.snapshot, MapExample.snapshot].flatMap {
            SnapshotMetrics.families($0, detail: .clients).map(\.name)
        }
        #expect(names.count > 20)
        for name in Set(names) { #expect(document.contains("`\(name)"), "\(name)") }
    }
}
