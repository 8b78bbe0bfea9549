// Finding the network namespaces of the host. The kernel lists them nowhere; what shows them are files: one of each process,
// and bind mounts that keep a namespace without processes. Only names are read here, nothing is opened.

import Glibc

/// A network namespace that was found.
package struct FoundNamespace: Hashable, Sendable {
    /// Of the namespace's file. The kernel may give it to another namespace once this one is gone.
    package let inode: UInt64
    /// Files that stand for it and do not belong to a process, as the host names them.
    package fileprivate(set) var files: [String] = []
    /// The same files as this process reaches them: in a unit with a root directory of its own, by way of process 1.
    package fileprivate(set) var paths: [String] = []
    /// Processes in it, the lowest number first.
    package fileprivate(set) var processes: [Int32] = []

    /// How many files and how many processes of one namespace are kept.
    static let limit = 4
}

/// The network namespaces of the host at one moment, each once.
///
/// Not found are those that only a thread other than its process's first is in, and those that are kept by nothing but an open
/// descriptor, a socket or a mount in another mount namespace.
package struct NamespaceScan: Sendable {
    /// The namespaces, by inode.
    package private(set) var namespaces: [FoundNamespace] = []
    /// How many processes there are whose namespace may not be seen: it takes the right to trace them.
    package private(set) var hiddenProcesses = 0
    /// Whether there was more than the limits, descriptors and memory allow to look at.
    package private(set) var isTruncated = false

    private var found: [UInt64: FoundNamespace] = [:]
    /// When the scan stops, in terms of `Clock.monotonic`.
    private let end: Duration

    /// How many namespaces are found at most.
    package static let limit = 4096
    /// How many entries of a directory, mounts and processes are looked at.
    static let entryLimit = 100_000

    /// Looks through what there is.
    ///
    /// - Parameters:
    ///   - proc: where processes are seen.
    ///   - directories: whose files stand for namespaces, as bind mounts or symbolic links.
    ///   - time: a bound on the time that it takes.
    package init(
        proc: String = "/proc", directories: [String] = Self.directories, within time: Duration = .milliseconds(500)
    ) {
        end = Clock.monotonic + time
        let home = try? NetworkNamespace.currentIdentity()
        for directory in directories { scan(directory, on: home?.device) }
        scanMounts(proc + "/self/mountinfo")
        // A unit with mounts of its own does not see those of the host that were made later, or outside its root directory.
        if let own = Self.mountNamespace(proc + "/self"), let host = Self.mountNamespace(proc + "/1"), own != host {
            scanMounts(proc + "/1/mountinfo", below: proc + "/1/root")
        }
        scanProcesses(proc)
        namespaces = found.values.filter { $0.inode != home?.inode }.sorted { $0.inode < $1.inode }
        found = [:]
    }

    /// Where ip-netns(8) and the container engines keep their files.
    package static let directories = ["/run/netns", "/run/docker/netns"]

    private static func mountNamespace(_ process: String) -> UInt64? {
        try? KernelLink.inode(of: process + "/ns/mnt", kind: "mnt").get()
    }

    private mutating func scan(_ directory: String, on device: UInt64?) {
        forEachEntry(of: directory) { scan, name in
            var status = stat()
            guard stat("\(directory)/\(name)", &status) == 0, UInt64(status.st_dev) == device else { return true }
            return scan.add(UInt64(status.st_ino), file: "\(directory)/\(name)")
        }
    }

    private mutating func scanMounts(_ mountInfo: String, below root: String = "") {
        let text: String
        do throws(SystemCallError) {
            text = try KernelFile.text(mountInfo, limit: 16 << 20)
        } catch {
            if error.isResourceExhaustion || error.code == EFBIG { isTruncated = true }
            return
        }
        for mount in MountInfo.mounts(in: text) where mount.type == "nsfs" {
            guard let inode = KernelLink.inode(in: mount.root.utf8, kind: "net") else { continue }
            guard hasTime(), add(inode, file: mount.path, below: root) else { return }
        }
    }

    private mutating func scanProcesses(_ proc: String) {
        forEachEntry(of: proc) { scan, name in
            guard let process = Int32(name), process > 0 else { return true }
            switch KernelLink.inode(of: "\(proc)/\(name)/ns/net", kind: "net") {
            case .success(let inode): return inode.map { scan.add($0, process: process) } ?? true
            // One that has just ended has no namespaces any more: ENOENT or ESRCH.
            case .failure(let error): if error.code == EACCES || error.code == EPERM { scan.hiddenProcesses += 1 }
            }
            return true
        }
    }

    /// Whether the scan may go on.
    private mutating func hasTime() -> Bool {
        guard Clock.monotonic < end else {
            isTruncated = true
            return false
        }
        return true
    }

    /// Whether there is room for more.
    private mutating func add(
        _ inode: UInt64, file: String? = nil, below root: String = "", process: Int32? = nil
    ) -> Bool {
        guard found[inode] != nil || found.count < Self.limit else {
            isTruncated = true
            return false
        }
        var namespace = found[inode] ?? FoundNamespace(inode: inode)
        if let file, namespace.files.count < FoundNamespace.limit, !namespace.files.contains(file) {
            namespace.files.append(file)
            namespace.paths.append(root + file)
        }
        if let process, namespace.processes.count < FoundNamespace.limit { namespace.processes.append(process) }
        found[inode] = namespace
        return true
    }

    private mutating func forEachEntry(of directory: String, _ body: (inout NamespaceScan, String) -> Bool) {
        var count = 0
        do throws(SystemCallError) {
            try Directory.forEachEntry(of: directory) { entry in
                count += 1
                guard count <= Self.entryLimit else {
                    isTruncated = true
                    return false
                }
                return hasTime() && body(&self, entry.name)
            }
        } catch {
            if error.isResourceExhaustion { isTruncated = true }
        }
    }
}
