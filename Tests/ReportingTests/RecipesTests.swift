// docs/recipes.md leads newcomers from file to file.

import FoundationEssentials
import TestSupport
import Testing

@Suite struct RecipesTests {
    /// The code spans of the document.
    static let words: [String] = {
        let lines = (try? Repository.text("docs/recipes.md").split(separator: "\n")) ?? []
        return lines.flatMap { line in
            line.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        }
    }()

    /// The files of the repository, as far as recipes name any.
    static let files: [String] = ["Sources", "Tests", "mixin"].flatMap { folder in
        let files = (try? FileManager.default.subpathsOfDirectory(atPath: Repository.path(folder))) ?? []
        return files.map { "\(folder)/\($0)" }
    }

    @Test("Each path and each file that a recipe names exists") func paths() {
        let isFile = [".swift", ".json", ".md", ".yaml", ".sh"]
        let paths = Self.words.filter {
            $0.includes("/") && $0.allSatisfy { !"…? *<".contains($0) } && !$0.hasPrefix("/")
        }
        #expect(paths.count > 50)
        for path in paths {
            #expect(FileManager.default.fileExists(atPath: Repository.path(path)), "\(path)")
        }
        let names = Self.words.filter { word in !word.includes("/") && isFile.contains { word.hasSuffix($0) } }
        for name in names {
            let isKnown = Self.files.contains { $0.hasSuffix("/\(name)") }
            #expect(isKnown || FileManager.default.fileExists(atPath: Repository.path(name)), "\(name)")
        }
    }

    @Test("Each suite that a recipe names exists") func suites() {
        let suites = Self.words.filter { $0.hasSuffix("Tests") && !$0.includes("/") }
        #expect(suites.count > 30)
        for suite in suites {
            let isKnown = Self.files.contains { $0.hasSuffix("/\(suite).swift") || $0 == "Tests/\(suite)" }
            #expect(isKnown, "\(suite)")
        }
    }
}
