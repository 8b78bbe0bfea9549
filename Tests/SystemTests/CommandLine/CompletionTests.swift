import TestSupport
import Testing

/// Completions in the real shells, at a terminal.
@Suite struct CompletionTests {
    @Test(
        "bash completes commands, words, files and endpoints",
        .enabled(if: Command.path(of: "bash") != nil, "needs bash"), arguments: Row.all)
    func bash(_ row: Row) throws {
        try Self.check(row, "bash", ["--norc", "--noprofile", "-i"], setup: "source ./_selfconnectd")
    }

    @Test(
        "zsh completes commands, words, files and endpoints",
        .enabled(if: Command.path(of: "zsh") != nil, "needs zsh"), arguments: Row.all)
    func zsh(_ row: Row) throws {
        let setup = "bindkey -e; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D"
        try Self.check(row, "zsh", ["-f", "-i"], setup: setup)
    }

    @Test(
        "fish completes commands, words, files and endpoints",
        .enabled(if: Command.path(of: "fish") != nil, "needs fish"), arguments: Row.all)
    func fish(_ row: Row) throws {
        try Self.check(row, "fish", ["--no-config", "-i"], setup: "source ./_selfconnectd")
    }

    /// A line that is completed.
    struct Row: CustomTestStringConvertible, Sendable {
        /// What is typed after the name of the program.
        let typed: String
        /// The line that Tab makes of it; nil: it lists words.
        var completed: String?
        /// The words that are listed.
        var listed: [String] = []

        var testDescription: String { typed }

        static let all = [
            Row(typed: "adv", completed: "advise"),
            Row(
                typed: "", listed: ["run", "check-config", "probe", "scan", "map", "advise", "guard", "check", "help"]),
            Row(typed: "probe --method ", listed: ["directed", "loop", "auto"]),
            Row(typed: "probe --client ", listed: ["connect", "bind", "bind-late", "range"]),
            Row(typed: "probe --color ", listed: ["auto", "always", "never"]),
            Row(typed: "probe --format ", listed: ["text", "table", "json"]),
            Row(typed: "scan --format ta", completed: "scan --format table"),
            Row(typed: "scan --color al", completed: "scan --color always"),
            Row(typed: "advise --format ", listed: ["sysctl.d", "kubernetes", "ansible"]),
            Row(
                typed: "run --log-level ",
                listed: ["trace", "debug", "info", "notice", "warning", "error", "critical"]),
            Row(typed: "run --log-format j", completed: "run --log-format json"),
            Row(typed: "run --config one/", completed: "run --config one/targets.yaml"),
            Row(typed: "check-config one/", completed: "check-config one/targets.yaml"),
            Row(typed: "advise --write one/", completed: "advise --write one/90-x.conf"),
            Row(typed: "map --svg one/", completed: "map --svg one/map.svg"),
            Row(
                typed: "probe --config one/targets.yaml 1",
                completed: "probe --config one/targets.yaml 127.0.0.1:40002"),
            Row(
                typed: "scan --config one/targets.yaml 1",
                completed: "scan --config one/targets.yaml 127.0.0.1:40002"),
            Row(
                typed: "advise --config one/targets.yaml 1",
                completed: "advise --config one/targets.yaml 127.0.0.1:40002"),
            Row(typed: "scan --config two.yml 127.0.0.1:4", listed: ["40002", "41234"]),
            Row(
                typed: "scan --config two.yml 127.0.0.1:41",
                completed: "scan --config two.yml 127.0.0.1:41234"),
            Row(
                typed: "scan --config two.yml ",
                listed: ["127.0.0.1:40002", "127.0.0.1:41234", "[::1]:40002", "[::1]:41234"]),
            Row(
                typed: "scan --config two.yml 50010 127.0.0.1:41",
                completed: "scan --config two.yml 50010 127.0.0.1:41234"),
        ]
    }

    private static func check(_ row: Row, _ shell: String, _ arguments: [String], setup: String) throws {
        let tree = try TemporaryTree()
        try tree.file("_selfconnectd", try Binary.run("--generate-completion-script", shell).output)
        try tree.file("one/targets.yaml", "targets: [{name: web, ports: 40002, addresses: [127.0.0.1]}]\n")
        try tree.file("two.yml", "targets: [{name: web, ports: [40002, 41234]}]\n")
        for name in ["90-x.conf", "map.svg", "notes.txt"] { try tree.file("one/\(name)", "") }
        try tree.directory("bin")
        try tree.link("bin/selfconnectd", to: Binary.path)
        let environment = ["HOME": tree.path, "XDG_CONFIG_HOME": tree.path, "XDG_DATA_HOME": tree.path]
        var program = try TerminalProgram(shell, arguments, environment: environment, columns: 250)
        program.type("cd \(tree.path); export PATH=\(tree.path)/bin:$PATH; \(setup); echo rea''dy\r")
        try program.wait(for: ["ready\n"])

        let start = program.screen.count
        program.type("selfconnectd \(row.typed)\t")
        if let completed = row.completed {
            // The line is printed: Ctrl-A moves to its start.
            program.type("\u{1}echo LINE=\r")
            try program.wait(for: ["LINE=selfconnectd \(completed)\n"], after: start)
        } else {
            program.type("\t")
            try program.wait(for: row.listed, after: start)
        }
    }
}
