// Options whose values are the words of an enumeration: help and completions list the words, and a misspelt one suggests
// the right one.

import ArgumentParser
import SelfConnect

/// An enumeration whose raw values are words of the command line.
typealias Choice = CaseIterable & RawRepresentable<String> & Sendable

extension Option where Value: Choice {
    /// An option with a default value.
    init(wrappedValue: Value, choice help: String) {
        self.init(
            wrappedValue: wrappedValue,
            help: "\(help) (values: \(Value.words.joined(separator: ", ")); default: \(wrappedValue.rawValue))",
            completion: .list(Value.words), transform: { try Value.parse($0) })
    }
}

extension Option {
    /// An option without a default value.
    init<Word: Choice>(choice help: String) where Value == Word? {
        self.init(
            help: "\(help) (values: \(Word.words.joined(separator: ", ")))", completion: .list(Word.words),
            transform: { try Word.parse($0) })
    }
}

extension CaseIterable where Self: RawRepresentable<String> {
    /// All words, in the order of declaration.
    fileprivate static var words: [String] { allCases.map(\.rawValue) }

    /// The value with this word.
    fileprivate static func parse(_ word: String) throws -> Self {
        guard let value = Self(rawValue: word) else {
            throw ValidationError(Spelling.hint(for: word, among: words, called: "write one of"))
        }
        return value
    }
}
