/// Words of commands that people paste into a shell.
package enum ShellWord {
    /// The word, in single quotes where the shell would take it for something else (POSIX shell, 2.2 Quoting).
    package static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "/._-:@".unicodeScalars.contains(scalar))
            }
        guard !isPlain else { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
