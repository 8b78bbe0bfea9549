// User names, from /etc/passwd only. getpwuid(3) would use the services in nsswitch.conf(5): a directory server that
// hangs would block the probes. Users from other sources, such as DynamicUser=, are shown as numbers; their unit
// identifies them.

import CLinux
import Glibc

/// The names of user ids in /etc/passwd (passwd(5)).
package struct PasswdFile: Sendable {
    private let path: String
    private var names: [UInt32: String] = [:]
    private var version: Version?
    private var nextLook = Duration.zero

    /// Minimum time between two checks of the file for changes.
    static let rest = Duration.seconds(5)
    /// Maximum number of users stored.
    static let limit = 65536

    /// The users of this file.
    package init(path: String = "/etc/passwd") {
        self.path = path
    }

    /// The name of a user; if several share the id, the first, like getpwuid(3).
    package mutating func name(of uid: UInt32, at now: Duration) -> String? {
        if now >= nextLook {
            nextLook = now + Self.rest
            refresh()
        }
        return names[uid]
    }

    /// Changes whenever the file is replaced (useradd) or rewritten.
    private struct Version: Equatable {
        var inode: ino_t
        var size: off_t
        var seconds: Int
        var nanoseconds: Int
    }

    private mutating func refresh() {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        let now = Version(
            inode: status.st_ino, size: status.st_size, seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
        guard now != version, let text = try? KernelFile.text(path, limit: 16 << 20) else { return }
        version = now
        names = Self.parse(text)
    }

    /// `name:password:uid:…`; other lines are ignored.
    static func parse(_ text: String) -> [UInt32: String] {
        var names: [UInt32: String] = [:]
        for line in text.split(separator: "\n") where names.count < limit {
            let fields = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count == 4, !fields[0].isEmpty, let uid = UInt32(fields[2]), names[uid] == nil else {
                continue
            }
            names[uid] = String(fields[0])
        }
        return names
    }
}
