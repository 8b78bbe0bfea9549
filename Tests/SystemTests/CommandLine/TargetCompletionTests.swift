import ArgumentParser
import Testing

@testable import selfconnectd

/// Endpoints as words of shells.
@Suite struct TargetCompletionTests {
    private static let endpoints = ["127.0.0.1:40002", "[::1]:40002"]

    @Test(
        "bash gets the rest of an endpoint after the colons that it has split off",
        arguments: [
            ([""], endpoints), (["12"], endpoints), (["127.0.0.1", ":"], ["40002"]),
            (["127.0.0.1", ":", "400"], ["40002"]), (["[", "::"], ["1]:40002"]), (["[", "::", "1"], ["1]:40002"]),
            (["[", "::", "1]", ":"], ["40002"]), (["127.0.0.2", ":", "4"], []), (["50010", "12"], endpoints),
            (["50010", "127.0.0.1", ":", "4"], ["40002"]), ([":"], []),
        ])
    func bash(_ words: [String], _ offered: [String]) {
        let line = ["selfconnectd", "probe"] + words
        #expect(TargetCompletion.words(Self.endpoints, for: .bash, completing: line[...]) == offered)
    }

    @Test("zsh gets colons with a backslash, and other shells the endpoints") func others() {
        let words = ["selfconnectd", "probe", ""][...]
        #expect(
            TargetCompletion.words(Self.endpoints, for: .zsh, completing: words)
                == ["127.0.0.1\\:40002", "[\\:\\:1]\\:40002"])
        #expect(TargetCompletion.words(Self.endpoints, for: .fish, completing: words) == Self.endpoints)
        #expect(TargetCompletion.words(Self.endpoints, for: nil, completing: words) == Self.endpoints)
    }

    @Test(
        "The configuration is that of the command line",
        arguments: [
            (["probe", "--config", "a.yaml", ""], "a.yaml"), (["probe", "--config=a.yaml", ""], "a.yaml"),
            (["probe", "1"], nil), (["probe", "--config"], nil), (["probe", "--config", ""], nil),
        ] as [([String], String?)])
    func file(_ words: [String], _ expected: String?) {
        #expect(TargetCompletion.file(in: words) == expected)
    }
}
