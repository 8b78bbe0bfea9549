import TestSupport
import Testing

/// Output that is lost: on a full disk, or without a standard output.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct LostOutputTests {
    @Test(
        "A command whose output is lost fails, says so, and its status is no result",
        arguments: [
            ("probe 127.0.0.1:40002", 2), ("probe --json 127.0.0.1:40002", 2), ("scan", 2), ("scan --json", 2),
            ("map", 1),
            ("map --svg -", 1), ("map --json", 1), ("advise --force 40002", 1), ("advise --force --rehearse 40002", 2),
            ("check", 3), ("--help", 1), ("--version", 1), ("probe --help", 1),
            ("check --npd", 2),
        ])
    func lost(_ command: String, _ status: Int32) throws {
        try PrivateNetwork.run {
            for (redirection, error) in [(">/dev/full", "ENOSPC"), (">&-", "EBADF")] {
                let outcome = try Program.run("/bin/sh", ["-c", "exec \(Binary.path) \(command) \(redirection)"])
                #expect(outcome.end == .exited(status), "\(redirection)")
                #expect(outcome.errors.contains("selfconnectd: write to standard output: "))
                #expect(outcome.errors.contains("(\(error))"))
            }
        }
    }

    @Test("A lost message changes no exit status", arguments: ["check-config", "run --config"])
    func messages(_ command: String) throws {
        let file = try TemporaryFile("prob: {}")
        let outcome = try Program.run("/bin/sh", ["-c", "exec \(Binary.path) \(command) \(file.path) 2>/dev/full"])
        #expect(outcome.end == .exited(78))
    }

    @Test("Output to a non-blocking pipe is complete") func nonBlocking() throws {
        try PrivateNetwork.run {
            let unblock =
                "import fcntl, os, sys; fcntl.fcntl(1, fcntl.F_SETFL, os.O_NONBLOCK); os.execv(sys.argv[1], sys.argv[1:])"
            let program = "python3 -c '\(unblock)' \(Binary.path) probe --json 127.0.0.1:40000-40100"
            let outcome = try Program.run("/bin/sh", ["-c", "\(program) | { sleep 1; exec cat; }"])
            #expect(outcome.output.utf8.count > 65_536 && outcome.output.hasSuffix("}\n") && outcome.errors.isEmpty)
        }
    }

    @Test("A reader that has gone is no error") func gone() throws {
        try PrivateNetwork.run {
            // The shell writes until the reader's end is closed; then the command starts.
            let command = "\(Binary.path) advise --force 40002"
            let script =
                "trap '' PIPE; { while printf x; do :; done 2>/dev/null; \(command); echo $? >&2; } | exec true"
            let outcome = try Program.run("/bin/sh", ["-c", script])
            #expect(outcome.errors.hasSuffix("0\n") && !outcome.errors.contains("EPIPE"))
        }
    }
}
