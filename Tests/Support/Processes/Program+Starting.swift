import CLinux
import CSupport
import Glibc
import Linux

extension Program {
    static func spawn(
        _ name: String, _ arguments: [String], _ environment: [String], descriptors: [Int32], _ terminal: Terminal?
    ) throws(SystemCallError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
        }
        for number: Int32 in [0, 1, 2] {
            guard let terminal, number != 1 || !terminal.capturesOutput else { continue }
            posix_spawn_file_actions_addopen(&actions, number, terminal.path, O_RDWR, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A terminal becomes that of a new session when its first process opens it.
        prepare(&attributes, isSession: terminal != nil)
        var process = pid_t()
        let code = withPointers(to: [name] + arguments) { arguments in
            withPointers(to: environment) { environment in
                posix_spawnp(&process, name, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw SystemCallError("posix_spawn", name, code: code) }
        return process
    }

    /// Like a shell: no signals blocked or ignored.
    private static func prepare(_ attributes: inout posix_spawnattr_t, isSession: Bool) {
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (isSession ? csupport_spawn_session : 0)
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    /// The test's environment without variables of a service manager or set by other tests.
    static func environment(with changes: [String: String]) -> [String] {
        var kept: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            let name = String(text.prefix { $0 != "=" })
            if changes[name] == nil && !notInherited.contains(name) { kept.append(text) }
            next += 1
        }
        return kept + changes.map { "\($0.key)=\($0.value)" }
    }

    private static let notInherited: Set = [
        "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
    ]

    private static func withPointers<Result>(
        to strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
