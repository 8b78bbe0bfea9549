import ArgumentParser
import Configuration
import Daemon
import SelfConnect

extension CompletionKind {
    /// The endpoints of the configured targets: of the file that `--config` of the same command line names, or of the
    /// default file. None if it cannot be read.
    static let targets = CompletionKind.custom { words, index, _ in
        let source = SettingsSource(named: TargetCompletion.file(in: words), defaultPath: Run.defaultPath)
        guard let settings = try? source.load(onlyRegular: true) else { return [] }
        let endpoints = settings.configuration.targets.filter { $0.namespace == nil }.map { "\($0.endpoint)" }
        return TargetCompletion.words(endpoints, for: CompletionShell.requesting, completing: words.prefix(index + 1))
    }

    /// A configuration file.
    static let configuration = CompletionKind.file(extensions: ["yaml", "yml"])
}

/// Endpoints as words that a shell completes. Colons have a meaning for shells.
enum TargetCompletion {
    /// The file that the words of a command line name.
    static func file(in words: [String]) -> String? {
        for (word, next) in zip(words, words.dropFirst() + [""]) {
            if word.hasPrefix("--config=") { return String(word.dropFirst("--config=".count)) }
            if word == "--config", !next.isEmpty { return next }
        }
        return nil
    }

    /// The words to offer, where the last of `words` is to be completed.
    static func words(
        _ endpoints: [String], for shell: CompletionShell?, completing words: ArraySlice<String>
    ) -> [String] {
        switch shell {
        case .bash:
            let head = head(of: words)
            return endpoints.filter { $0.hasPrefix(head) }.map { String($0.dropFirst(head.count)) }
        // `_describe` separates a word and its description by a colon.
        case .zsh: return endpoints.map { $0.replacing(":", with: "\\:") }
        default: return endpoints
        }
    }

    /// The part of an endpoint that bash has split off: it takes colons for words of their own (COMP_WORDBREAKS), so that
    /// `127.0.0.1:50` is three words, of which it completes the last.
    private static func head(of words: ArraySlice<String>) -> String {
        var words = words
        if words.last?.isColons != true { words = words.dropLast() }
        var head = ""
        while let colons = words.popLast(), colons.isColons {
            head = (words.popLast() ?? "") + colons + head
        }
        return head
    }
}

extension String {
    fileprivate var isColons: Bool { !isEmpty && allSatisfy { $0 == ":" } }
}
