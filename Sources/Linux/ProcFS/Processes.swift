// Finds the process of a socket: /proc/PID/fd contains the inodes of open sockets (proc_pid_fd(5)). Without privileges
// the descriptors of other users' processes are not visible, and with hidepid= or ProtectProc= not even the processes:
// the owner is unknown then, which is not an error.

import CLinux
import Glibc

/// The processes visible in /proc.
package struct Processes: Sendable {
    /// A process's descriptor of a socket.
    package struct Owner: Hashable, Sendable {
        /// The process; if several share the socket, the one with the lowest number.
        package let pid: Int32
        let descriptor: Int32
    }

    private let root: String

    /// The processes of this /proc.
    package init(root: String = "/proc") {
        self.root = root
    }

    /// The visible owners of all sockets by inode; stops after `time`, or when it has read `limit` descriptors, of whatever
    /// kind: a process may have a million open files.
    package func socketOwners(within time: Duration, atMost limit: Int) -> [UInt32: Owner] {
        let end = Clock.monotonic + time
        var owners: [UInt32: Owner] = [:]
        var examined = 0
        Self.forEachNumber(in: root) { pid in
            Self.forEachNumber(in: "\(root)/\(pid)/fd") { descriptor in
                let owner = Owner(pid: pid, descriptor: descriptor)
                if let inode = inode(of: owner), owners[inode] == nil { owners[inode] = owner }
                examined += 1
                return examined < limit && (!examined.isMultiple(of: Self.clockStride) || Clock.monotonic < end)
            }
            return examined < limit && Clock.monotonic < end
        }
        return owners
    }

    /// After how many descriptors of one process the clock is read.
    private static let clockStride = 64

    /// Whether the process still has the socket.
    package func stillHas(_ inode: UInt32, _ owner: Owner) -> Bool { self.inode(of: owner) == inode }

    /// Whether a socket sets SO_REUSEADDR; nil if the owner may not be queried. Only for this host's own /proc.
    package func reusesAddress(_ inode: UInt32, _ owner: Owner) -> Bool? {
        let answer = clinux_reuses_address(owner.pid, owner.descriptor, inode)
        return answer < 0 ? nil : answer == 1
    }

    /// The name of a process, at most 15 octets (PR_SET_NAME(2const)).
    package func command(of pid: Int32) -> String? {
        guard let text = try? KernelFile.text("\(root)/\(pid)/comm", limit: 4096) else { return nil }
        let name = text.last == "\n" ? text.dropLast() : text[...]
        return name.isEmpty ? nil : String(name)
    }

    /// The systemd control group of a process: in the unified hierarchy, or with version 1 in the hierarchy named
    /// systemd (cgroups(7)).
    package func controlGroup(of pid: Int32) -> String? {
        guard let text = try? KernelFile.text("\(root)/\(pid)/cgroup", limit: 65536) else { return nil }
        var unified: String?
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            if fields[1] == "name=systemd" { return String(fields[2]) }
            if fields[0] == "0" { unified = String(fields[2]) }
        }
        return unified
    }

    /// The inode of a socket; nil for other descriptors.
    private func inode(of owner: Owner) -> UInt32? {
        let link = KernelLink.inode(of: "\(root)/\(owner.pid)/fd/\(owner.descriptor)", kind: "socket")
        return (try? link.get()).flatMap { UInt32(exactly: $0) }
    }

    /// Calls `body` with the numeric entries of a directory until it returns false; /proc returns them in ascending
    /// order.
    private static func forEachNumber(in directory: String, _ body: (Int32) -> Bool) {
        try? Directory.forEachEntry(of: directory) { entry in
            guard let number = Int32(entry.name), number >= 0 else { return true }
            return body(number)
        }
    }
}
