import ArgumentParser

/// Completions for shells, as `--generate-completion-script` prints them.
enum CompletionScript {
    /// What ArgumentParser ends the program with; a script for bash with an addition.
    ///
    /// bash treats what a function completes as names of files, in which it puts a backslash before each colon: right for
    /// the arguments of most options, and wrong for endpoints.
    static func completed(_ end: any Error) -> any Error {
        let script = SelfConnectd.message(for: end)
        guard script.hasPrefix("#!/bin/bash\n") else { return end }
        let name = SelfConnectd._commandName
        let addition = """


            _\(name)_words() {
                _\(name) "$@"
                # Endpoints are no names of files, in which colons are quoted.
                if [[ "${COMPREPLY[0]-}" = *:* ]]; then compopt +o filenames; fi
            }
            complete -o filenames -F _\(name)_words \(name)
            """
        return CleanExit.message(script + addition)
    }
}
