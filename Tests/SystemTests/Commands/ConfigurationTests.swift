import Glibc
import TestSupport
import Testing

/// Invalid configuration files: their messages, and exit status 78.
@Suite struct ConfigurationTests {
    @Test(
        "Both commands print every fault of a file as a line with its place",
        arguments: [
            ("prob: {}", ["1:1: unknown key “prob”: did you mean “probe”?"]),
            ("log: {level: info, level: debug}", ["1:20: the key “level” is repeated: it stands on line 1 already"]),
            (
                "probe: {interval: 30}",
                ["1:19: “30” is not a duration: write a number and a unit, as in 250ms, 30s or 10m"]
            ),
            ("listen: 127.0.0.1:70000", ["1:9: port 70000 is above 65535"]),
            ("probe: [", ["1:9: not valid YAML: did not find expected node content (while parsing a flow node)"]),
            (
                """
                targets:
                  - name: web
                    ports: [0, 80-70]
                    addresses: [localhost]
                    clients: [conect]
                """,
                [
                    "3:13: port 0 is not valid: ports range from 1 to 65535",
                    "3:16: the range 80-70 is empty: 80 is above 70",
                    "4:17: “localhost” is not an IP address: write one such as 127.0.0.1 or ::1",
                    "5:15: “conect” is not a client kind: did you mean “connect”?",
                ]
            ),
        ])
    func faults(_ yaml: String, _ faults: [String]) throws {
        let file = try TemporaryFile(yaml)
        let lines = faults.map { "\(file.path):\($0)\n" }.joined()
        for outcome in [
            try Binary.run("check-config", file.path), try Binary.run("run", "--config", file.path),
            try Binary.run("--config", file.path),
        ] {
            #expect(outcome.end == .exited(78))
            #expect(outcome.errors == lines)
            #expect(outcome.output == "")
        }
    }

    @Test("A valid file gives no output", .enabled(if: PrivateNetwork.isAvailable)) func good() throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile("targets: [{name: web, ports: 40002}]")
            let outcome = try Binary.run("check-config", file.path)
            #expect(outcome.end == .exited(0) && outcome.output == "" && outcome.errors == "")
        }
    }

    @Test("A useless guard is a warning, and the file is valid", .enabled(if: PrivateNetwork.isAvailable))
    func uselessGuard() throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile(
                "targets: [{name: web, ports: [80, 40505, 40002], guard: true}, {name: db, ports: 5432}]")
            let outcome = try Binary.run("check-config", file.path)
            let warnings = [(31, "80"), (35, "40505")].map { column, ports in
                "\(file.path):1:\(column): warning: the guard of \(ports) is of no use: the kernel gives clients no port of it\n"
            }
            #expect(outcome.end == .exited(0) && outcome.errors == warnings.joined(), "\(outcome)")
        }
    }

    @Test(
        "A missing or invalid file gives one line with the reason",
        arguments: [
            ("/nowhere/selfconnectd.yaml", "No such file or directory (ENOENT)"),
            ("/proc", "Is a directory (EISDIR)"),
            ("/dev/null/selfconnectd.yaml", "Not a directory (ENOTDIR)"),
        ])
    func missing(_ path: String, _ reason: String) throws {
        for outcome in [try Binary.run("check-config", path), try Binary.run("run", "--config", path)] {
            #expect(outcome.end == .exited(78))
            #expect(outcome.errors == "\(path): \(reason)\n")
        }
    }

    @Test(
        "A file that the user may not read gives one line",
        .enabled(if: Unprivileged.canRun, "needs root, and a build that others may read"))
    func unreadable() throws {
        let file = try TemporaryFile("log: {level: info}")
        chmod(file.path, 0)
        for arguments in [["check-config", file.path], ["run", "--config", file.path]] {
            let outcome = try Unprivileged.run(arguments)
            #expect(outcome.end == .exited(78))
            #expect(outcome.errors == "\(file.path): Permission denied (EACCES)\n")
        }
    }

    /// The program run by an unprivileged user.
    private enum Unprivileged {
        static let canRun = geteuid() == 0 && (try? run(["--version"]))?.end == .exited(0)

        static func run(_ arguments: [String]) throws -> Program.Outcome {
            try Program.run(
                "setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", Binary.path] + arguments)
        }
    }
}
