import Glibc
import TestSupport
import Testing

/// The arguments reach the program regardless of preloaded libraries and of the state of /proc.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct CommandLineTests {
    @Test(
        "A preloaded library does not disturb the command line",
        .enabled(if: Preload.compiler != nil, "needs a C compiler"), arguments: Constructors.all)
    func preloaded(_ statements: String) throws {
        let folder = try TemporaryFolder()
        let library = try Constructors.library(statements, in: folder.path)
        try PrivateNetwork.run {
            let version = try Self.run(["--version"], preloading: library)
            #expect(version.end == .exited(0) && version.output.hasPrefix("selfconnectd "), "\(version)")
            let check = try Self.run(["check"], preloading: library)
            #expect(check.end == .exited(3) && check.output.hasPrefix("SELFCONNECT UNKNOWN"), "\(check)")
            let run = try Self.run(["run", "--config", "/nonexistent"], preloading: library)
            #expect(run.end == .exited(78) && run.errors.hasPrefix("/nonexistent: "), "\(run)")
            let probe = try Self.run(["probe", "127.0.0.1:30000"], preloading: library)
            #expect(probe.end == .exited(0) && probe.output.hasPrefix("127.0.0.1:30000: outside-range"), "\(probe)")
        }
    }

    @Test(
        "A daemon with a preloaded library watches the targets of its file",
        .enabled(if: Preload.compiler != nil, "needs a C compiler"))
    func preloadedDaemon() throws {
        let folder = try TemporaryFolder()
        let library = try Constructors.library("setenv(\"AGENT\", \"1\", 1);", in: folder.path)
        try PrivateNetwork.run {
            let file = try TemporaryFile("targets: [{name: named, ports: 40010-40014}]\n")
            var daemon = try Program(
                Binary.path, ["run", "--config", file.path], environment: ["LD_PRELOAD": library])
            let isReady = Waiting.holds { daemon.errors.contains("ready targets=11") }
            #expect(isReady, "\(daemon.errors)")
            daemon.send(SIGTERM)
            #expect(daemon.wait() == .exited(0))
        }
    }

    @Test("Without /proc every command works or reports what it lacks", arguments: Proc.absent)
    func withoutProc(_ arguments: [String], _ status: Int32, _ words: String) throws {
        try PrivateNetwork.run {
            for _ in 0..<6 {
                let script = "umount -l /proc && exec \"$@\""
                let outcome = try Program.run(
                    "unshare", ["--mount", "sh", "-c", script, "sh", Binary.path] + arguments)
                #expect(outcome.end == .exited(status), "\(outcome)")
                #expect((outcome.output + outcome.errors).contains(words) || words.isEmpty, "\(outcome)")
            }
        }
    }

    @Test("With the /proc of another PID namespace the daemon does not start and gives the reason")
    func foreignProc() throws {
        try PrivateNetwork.run {
            let outcome = try Program.run(
                "unshare", ["--pid", "--fork", "--kill-child", Binary.path, "run", "--config", "/dev/null"])
            #expect(outcome.end == .exited(1), "\(outcome)")
            #expect(outcome.errors.contains(", and not 1: "), "\(outcome.errors)")
            #expect(outcome.errors.hasSuffix("needs /proc, mounted for its own process namespace\n"))
        }
    }

    private static func run(_ arguments: [String], preloading library: String) throws -> Program.Outcome {
        try Program.run(Binary.path, arguments, environment: ["LD_PRELOAD": library])
    }
}

/// What a constructor may do before those of the program.
private enum Constructors {
    static let all = [
        "setenv(\"AGENT\", \"1\", 1);",
        "unsetenv(\"PATH\");",
        "clearenv();",
        "static char entry[] = \"AGENT=1\"; putenv(entry);",
        "static char *empty[] = {0}; environ = empty;",
        "environ = 0;",
        "prctl(PR_SET_NAME, \"agent\"); setenv(\"AGENT\", \"1\", 1);",
    ]

    /// A shared library with such a constructor.
    static func library(_ statements: String, in folder: String) throws -> String {
        try Preload.library(
            """
            #define _GNU_SOURCE
            #include <stdlib.h>
            #include <sys/prctl.h>
            #include <unistd.h>
            __attribute__((constructor)) static void begin(void) { \(statements) }

            """, in: folder)
    }
}

private enum Proc {
    /// The result of each command without /proc: its exit status and output.
    static let absent: [([String], Int32, String)] = [
        (["--version"], 0, "selfconnectd "),
        (["--help"], 0, "USAGE: selfconnectd"),
        (["--generate-completion-script", "bash"], 0, "complete -o filenames"),
        (["frobnicate"], 64, "Unexpected argument 'frobnicate'"),
        (["check"], 3, "SELFCONNECT UNKNOWN - connect 127.0.0.1:9293"),
        (["check-config", "/dev/null"], 0, ""),
        (["probe", "127.0.0.1:40002"], 2, "/proc/sys/net/ipv4/ip_local_port_range: No such file or directory"),
        (["scan"], 2, "/proc/thread-self/ns/net: No such file or directory"),
        (["map"], 1, "/proc/sys/net/ipv4/ip_local_port_range: No such file or directory"),
        (["advise"], 1, "/proc/thread-self/ns/net: No such file or directory"),
        (
            ["run", "--config", "/dev/null"], 1,
            "/proc/self: No such file or directory (ENOENT): the daemon needs /proc"
        ),
    ]
}
