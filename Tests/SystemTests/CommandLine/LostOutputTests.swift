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
            ("check", 3),
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

    @Test("A reader that has gone is no error") func gone() throws {
        try PrivateNetwork.run {
            let script = "trap '' PIPE; { \(Binary.path) advise --force 40002; echo $? >&2; } | true"
            let outcome = try Program.run("/bin/sh", ["-c", script])
            #expect(outcome.errors.hasSuffix("0\n") && !outcome.errors.contains("EPIPE"))
        }
    }
}
