import Glibc
import Linux
import Synchronization

/// A control group of the unified hierarchy for a test; removed with this value, when its processes have ended.
package final class ScratchControlGroup: Sendable {
    /// The path below the hierarchy's root.
    package let path: String
    private let mount: String
    private static let count = Atomic<Int>(0)

    /// Where cgroup2 is mounted; nil if a test cannot make groups there.
    package static let mount: String? = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
        access($0 + "/cgroup.procs", W_OK) == 0 && access($0 + "/cgroup.controllers", R_OK) == 0
    }

    /// Whether groups can be created: for `.enabled(if:)`.
    package static var isAvailable: Bool { mount != nil }

    /// Creates a group with a unique name that ends in `suffix`, such as `.service`.
    package init(_ suffix: String) throws {
        guard let mount = Self.mount else { throw SystemCallError("cgroup2", code: EROFS) }
        self.mount = mount
        let number = Self.count.add(1, ordering: .relaxed).newValue
        path = "/selfconnectd-test-\(getpid())-\(number)\(suffix)"
        guard mkdir(mount + path, 0o755) == 0 else { throw SystemCallError("mkdir", mount + path, code: errno) }
    }

    deinit {
        // A killed process leaves its group a moment later.
        _ = Waiting.holds { rmdir(mount + path) == 0 || errno != EBUSY }
    }

    /// Its folder.
    package var folder: String { mount + path }

    /// The file to which a process writes its id to move to the group.
    package var processes: String { folder + "/cgroup.procs" }

    /// A command that moves itself to the group and executes `words`.
    package func command(_ words: [String]) -> [String] {
        ["sh", "-c", #"echo $$ >"$0" && exec "$@""#, processes] + words
    }
}
