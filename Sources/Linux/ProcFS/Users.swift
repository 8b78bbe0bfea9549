// Names of users, from /etc/passwd alone. getpwuid(3) would ask whatever nsswitch.conf(5) names: a directory server
// that hangs would hang the probes. Users from elsewhere, DynamicUser= among them, keep their number; what runs as
// such a user is told by its unit.

import CLinux
import Glibc

/// The names that /etc/passwd gives to user ids (passwd(5)).
public struct Users: Sendable {
    private let path: String
    private var names: [UInt32: String] = [:]
    private var version: Version?
    private var nextLook = Duration.zero

    /// How long the file is taken as unchanged.
    static let rest = Duration.seconds(5)
    /// How many users are kept.
    static let limit = 65536

    /// The users of this file.
    public init(path: String = "/etc/passwd") {
        self.path = path
    }

    /// The name of a user; the first of those that share the id, as getpwuid(3) has it.
    public mutating func name(of uid: UInt32, at now: Duration) -> String? {
        if now >= nextLook {
            nextLook = now + Self.rest
            refresh()
        }
        return names[uid]
    }

    /// What changes whenever the file does: it is replaced (useradd) or written again.
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

    /// `name:password:uid:…`; lines that are not of this form are passed over.
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
