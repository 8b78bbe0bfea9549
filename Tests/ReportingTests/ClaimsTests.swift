// docs/claims.md names what holds up each promise of the documents.

import FoundationEssentials
import TestSupport
import Testing

@Suite struct ClaimsTests {
    /// A row of the table.
    struct Claim: CustomTestStringConvertible, Sendable {
        let document: String
        let sentence: String
        let proofs: [String]

        var testDescription: String { sentence }
    }

    static let claims: [Claim] = {
        let rows = (try? Repository.text("docs/claims.md").split(separator: "\n").filter { $0.hasPrefix("| ") }) ?? []
        return rows.dropFirst().map { row in
            let cells = row.dropFirst(2).dropLast(2).components(separatedBy: " | ")
            let (document, sentence) = (cells[0].prefix { $0 != ":" }, cells[0].drop { $0 != "“" })
            return Claim(
                document: String(document), sentence: String(sentence.dropFirst().dropLast()),
                proofs: cells[1].components(separatedBy: "<br>"))
        }
    }()

    /// The sources of all tests.
    static let tests: String = {
        let folder = Repository.path("Tests")
        let files = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix("Tests.swift") }
            .map { (try? Repository.text("Tests/\($0)")) ?? "" }.joined(separator: "\n")
    }()

    @Test func `The table has the claims of both documents`() {
        #expect(Set(Self.claims.map(\.document)) == ["README.md", "SECURITY.md"])
    }

    @Test("A claim is a sentence of its document, and what shows it exists", arguments: claims)
    func claim(_ claim: Claim) throws {
        let document = try Self.oneLine(Repository.text(claim.document))
        #expect(document.includes(Self.oneLine(claim.sentence)), "not in \(claim.document)")
        for proof in claim.proofs {
            if proof.hasPrefix("`") {
                #expect(FileManager.default.fileExists(atPath: Repository.path(proof.filter { $0 != "`" })), "\(proof)")
            } else {
                #expect(Self.tests.includes("\"\(proof)\"") || Self.tests.includes("`\(proof)`"), "\(proof)")
            }
        }
    }

    /// A text without line breaks and indentation.
    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
