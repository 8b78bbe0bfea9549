// Maps the control group id from sock_diag to a systemd unit. The id is the inode of the group's directory in the
// cgroup2 file system. open_by_handle_at(2) would find it directly but needs privileges; reading the tree needs none,
// and readdir(3) returns the inodes without a stat(2) of each directory.

import Glibc

/// The control groups of the unified hierarchy, by id.
package struct ControlGroups: Sendable {
    private let mountInfo: String
    private var paths: [UInt64: String] = [:]
    /// Ids that a walk did not find: deleted groups, or groups outside this mount. Ids are not reused.
    private var missing: Set<UInt64> = []
    private var nextWalk = Duration.zero

    /// Minimum time between two walks.
    static let rest = Duration.seconds(5)
    /// Maximum number of groups stored.
    static let limit = 16384
    /// Maximum number of directories open at once; the trees of systemd are less than half as deep.
    static let depthLimit = 32

    /// The groups of the mount listed in `mountInfo` (proc_pid_mountinfo(5)).
    package init(mountInfo: String = "/proc/self/mountinfo") {
        self.mountInfo = mountInfo
    }

    /// The path of a group below the hierarchy's root, such as `/system.slice/ssh.service`; nil if it is not visible.
    /// An unknown id causes a walk through the tree, at most one in five seconds.
    package mutating func path(of id: UInt64, at now: Duration) -> String? {
        if let path = paths[id] { return path }
        guard now >= nextWalk, !missing.contains(id) else { return nil }
        nextWalk = now + Self.rest
        walk()
        guard let path = paths[id] else {
            if missing.count >= Self.limit { missing.removeAll() }
            missing.insert(id)
            return nil
        }
        return path
    }

    private mutating func walk() {
        paths.removeAll(keepingCapacity: true)
        guard let text = try? KernelFile.text(mountInfo), let root = Self.mountPoint(in: text) else { return }
        if let id = Self.inode(of: root) { paths[id] = "/" }
        walk(root, below: "", depth: 0)
    }

    private mutating func walk(_ directory: String, below parent: String, depth: Int) {
        guard depth < Self.depthLimit else { return }
        try? Directory.forEachEntry(of: directory) { entry in
            guard paths.count < Self.limit else { return false }
            guard entry.isDirectory else { return true }
            let path = parent + "/" + entry.name
            paths[entry.inode] = path
            walk(directory + "/" + entry.name, below: path, depth: depth + 1)
            return true
        }
    }

    private static func inode(of path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// The mount point of cgroup2: /sys/fs/cgroup, or /sys/fs/cgroup/unified with version 1.
    static func mountPoint(in mountInfo: String) -> String? {
        MountInfo.mounts(in: mountInfo).first { $0.type == "cgroup2" }?.path
    }
}
