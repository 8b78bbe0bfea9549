// The documentation, the example file and the parser must agree.
//
// The parser is tested through files: an unknown key lists its keys, values out of range show its limits, and
// written-out values its defaults. A new key without documentation fails here.

import Configuration
import TestSupport
import Testing

/// docs/configuration.md, man/selfconnectd.yaml.5 and both files under config/ and packaging/ against the parser.
@Suite struct DocumentationTests {
    @Test("The document has every key of the parser and no other") func keys() {
        #expect(Set(ConfigurationDocument.keys.map(\.path)) == Set(ParserKeys.leaves))
        #expect(ConfigurationDocument.keys.count == ParserKeys.leaves.count)
    }

    @Test("The grammar has every key of the parser") func grammar() throws {
        let blocks = try Repository.text("docs/configuration.md").split(separator: "```")
        let grammar = blocks.count > 1 ? String(blocks[1]) : ""
        for key in ParserKeys.leaves {
            #expect(grammar.contains("\(key.split(separator: ".").last ?? ""): "), "\(key)")
        }
    }

    @Test(
        "The default in the document is that of the parser",
        arguments: ConfigurationDocument.keys.filter(\.hasDefault))
    func defaults(_ key: DocumentedKey) throws {
        if let name = key.nameInTarget {
            let bare = "name: a, ports: 80"
            let written = try configuration("targets: [{\(bare), \(name): \(key.defaultText)}]")
            #expect(try written == configuration("targets: [{\(bare)}]"))
        } else {
            #expect(try configuration(ParserKeys.yaml(key.path, key.defaultText)) == .default)
        }
    }

    @Test(
        "Exactly the keys that the document calls required are required",
        arguments: ConfigurationDocument.keys.filter { $0.nameInTarget != nil })
    func required(_ key: DocumentedKey) {
        let isMissed = faults("targets: [{}]").contains {
            $0.contains("the key “\(key.nameInTarget ?? "")” is missing")
        }
        #expect(isMissed == (key.defaultText == "required"))
    }

    @Test(
        "The bounds in the document are the parser's", arguments: ConfigurationDocument.keys.filter { $0.bounds != nil }
    )
    func bounds(_ key: DocumentedKey) throws {
        let bounds = try #require(key.bounds)
        let beyond = ["duration": ("1us", "999d"), "number": ("0", "99999999999"), "share": ("0%", "999%")]
        let (below, above) = try #require(beyond[key.kind])
        #expect(messages(key, below).contains { $0.hasSuffix("at least \(bounds.lower)\(bounds.exception)") })
        #expect(messages(key, above).contains { $0.hasSuffix("at most \(bounds.upper)") })
        for inside in [bounds.lower, bounds.upper] {
            let isRefused = messages(key, inside).contains { $0.contains("at least") || $0.contains("at most") }
            #expect(!isRefused, "\(inside)")
        }
    }

    @Test("A number, share or duration has bounds in the document")
    func everyNumberHasBounds() {
        let kinds: Set = ["duration", "number", "share"]
        #expect(ConfigurationDocument.keys.filter { kinds.contains($0.kind) && $0.bounds == nil }.map(\.path) == [])
    }

    @Test(
        "The values of enumerations in the document are the parser's",
        arguments: ConfigurationDocument.keys.filter { $0.kind.hasSuffix("words") || $0.kind == "word" })
    func words(_ key: DocumentedKey) {
        #expect(messages(key, "zzzzzzzzzzzz").contains { $0.hasSuffix(": write one of \(key.limits)") })
    }

    @Test(
        "A length in the document is the parser's",
        arguments: ConfigurationDocument.keys.filter { $0.limits.hasSuffix("bytes") })
    func lengths(_ key: DocumentedKey) throws {
        let limit = try #require(Int(key.limits.filter(\.isNumber)))
        let longest = "/" + String(repeating: "a", count: limit - 1)
        #expect(!messages(key, longest).contains { $0.contains("too long") })
        #expect(messages(key, longest + "a").contains { $0.hasSuffix("\(limit + 1) bytes, at most \(limit)") })
    }

    @Test(
        "Booleans are documented as such, and empty lists are rejected where the document states it",
        arguments: ConfigurationDocument.keys)
    func kinds(_ key: DocumentedKey) {
        if key.kind == "boolean" {
            #expect(messages(key, "maybe").contains { $0.hasSuffix("neither true nor false") })
        }
        if key.kind.hasPrefix("list") {
            #expect(messages(key, "[]").contains { $0.hasSuffix("found an empty list") })
        }
        #expect(messages(key, "").contains { $0.contains("expected ") && $0.hasSuffix("found nothing") })
    }

    @Test("The limits of a whole file in the document are the parser's") func fileLimits() throws {
        let rows = ConfigurationDocument.rows(columns: 2)
        let limits = Dictionary(rows.map { ($0[0], Int($0[1]) ?? 0) }, uniquingKeysWith: { first, _ in first })
        #expect(limits["bytes of a file"] == SettingsFile.maximumSize)
        #expect(limits["bytes of a unix socket's path"] == ListenAddress.longestPath)
        #expect(limits["faults that are shown, the rest is counted"] == ConfigurationError.shown)
        let depth = try #require(limits["lists and mappings inside one another"])
        #expect(
            faults(String(repeating: "[", count: depth + 1)) == [
                "1:\(depth + 1): lists and mappings are nested more than \(depth) deep"
            ])
        let values = try #require(limits["values of a file, keys included"])
        #expect(
            faults("[" + String(repeating: "1,", count: values)).first?.hasSuffix("more than \(values) values") == true)
        let targets = try #require(limits["endpoints of all targets, two for each port of all"])
        #expect(faults("targets: {name: a, ports: 1-\(targets)}").first?.hasSuffix("at most \(targets)") == true)
    }

    @Test("The manual page has every key with its default and limits", arguments: ConfigurationDocument.keys)
    func manualPage(_ key: DocumentedKey) throws {
        let page = try Repository.text("man/selfconnectd.yaml.5")
        let item = page.split(separator: ".It Cm ").first {
            $0.hasPrefix(key.path + " ") || $0.hasPrefix(key.path + "\n")
        }
        let text = item.map { $0.split(separator: "\n").joined(separator: " ") } ?? ""
        #expect(text.contains("Default: \(key.defaultText)."), "\(text)")
        #expect(text.contains("Limits: \(key.limits)."), "\(text)")
    }

    @Test("The example file can be used as it is, and shows every key") func example() throws {
        let text = try Repository.text("config/selfconnectd.yaml")
        #expect(faults(text) == [])
        for key in ParserKeys.leaves {
            #expect(text.contains("\(key.split(separator: ".").last ?? ""):"), "\(key)")
        }
    }

    @Test("Every value in the example file, written or commented out, is the default") func exampleDefaults() throws {
        let lines = try Repository.text("config/selfconnectd.yaml").split(separator: "\n")
        let settings = lines.prefix { !$0.hasPrefix("targets:") }.map { line in
            let isSetting = line.hasPrefix("#") && (!line.hasPrefix("# ") || line.hasPrefix("#  "))
            return isSetting ? line.dropFirst() : line[...]
        }
        let withoutDefault = ["token-file:", "token-credential:", "unix-group:", "exclude:"]
        let uncommented = settings.filter { line in !withoutDefault.contains { line.contains($0) } }
            .joined(separator: "\n")
        #expect(try configuration(uncommented) == .default)
    }

    @Test("The installed file sets nothing, and its commented-out settings can be used unchanged")
    func installed() throws {
        let lines = try Repository.text("packaging/selfconnectd.yaml").split(separator: "\n")
        #expect(try configuration(lines.joined(separator: "\n")) == .default)
        let proposed = lines.filter { !$0.hasPrefix("# ") || $0.hasPrefix("#  ") }
            .map { $0.dropFirst() }.joined(separator: "\n")
        #expect(try configuration(proposed).targets.count == 2 * 8, "\(proposed)")
    }

    /// The faults of a file with this value for a key.
    private func messages(_ key: DocumentedKey, _ value: String) -> [String] {
        faults(ParserKeys.yaml(key.path, value))
    }
}
