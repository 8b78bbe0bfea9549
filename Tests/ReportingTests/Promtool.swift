import Glibc

/// The checker of Prometheus.
enum Promtool {
    static let path = "/usr/bin/promtool"
    static var isInstalled: Bool { access(path, X_OK) == 0 }

    /// Runs `promtool check metrics` on a text: its wait status and its output.
    static func checkMetrics(_ text: [UInt8]) -> (status: Int32, output: String) {
        let base = "/tmp/selfconnect-promtool-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let input = GoldenFile(path: base + ".txt")
        input.write(text)
        defer { unlink(input.path) }
        let log = base + ".log"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input.path, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words: [UnsafeMutablePointer<CChar>?] = [path, "check", "metrics"].map { (word: String) in strdup(word) }
        defer { words.forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawn(&child, path, &actions, nil, words + [nil], environ) == 0 else { return (-1, "not started") }
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1 && errno == EINTR {}
        defer { unlink(log) }
        return (status, String(decoding: GoldenFile(path: log).read(), as: UTF8.self))
    }
}
