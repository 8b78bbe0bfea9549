import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite struct ControlGroupsTests {
    /// A line of mountinfo(5) for `path`, as the kernel escapes it.
    private static func mountInfo(_ path: String, type: String = "cgroup2") -> String {
        """
        22 1 0:21 / /proc rw,nosuid shared:12 - proc proc rw
        36 25 0:30 / /sys/fs/cgroup/pids rw shared:10 - cgroup cgroup rw,pids
        35 25 0:29 / \(path) rw,nosuid shared:9 master:3 - \(type) cgroup2 rw,nsdelegate

        """
    }

    private static func inode(_ path: String) -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    @Test(arguments: [
        ("/sys/fs/cgroup", "/sys/fs/cgroup"),
        ("/sys/fs/cgroup/unified", "/sys/fs/cgroup/unified"),
        (#"/mnt/a\040b\134c"#, #"/mnt/a b\c"#),
    ]) func `the mount point is read from mountinfo, unescaped`(_ field: String, _ path: String) {
        #expect(ControlGroups.mountPoint(in: Self.mountInfo(field)) == path)
    }

    @Test func `without cgroup2 there is no mount point`() {
        #expect(ControlGroups.mountPoint(in: Self.mountInfo("/sys/fs/cgroup", type: "cgroup")) == nil)
        #expect(ControlGroups.mountPoint(in: "") == nil)
        #expect(ControlGroups.mountPoint(in: "35 25 0:29 /\nx - cgroup2") == nil)
    }

    @Test func `an id is the inode of the group's directory`() throws {
        let tree = try TemporaryTree()
        let unit = try tree.directory("tree/system.slice/ssh.service")
        try tree.file("tree/system.slice/cgroup.procs", "1\n")
        let info = try tree.file("mountinfo", Self.mountInfo(tree.path + "/tree"))
        var groups = ControlGroups(mountInfo: info)
        #expect(groups.path(of: Self.inode(unit), at: .zero) == "/system.slice/ssh.service")
        #expect(groups.path(of: Self.inode(tree.path + "/tree/system.slice"), at: .zero) == "/system.slice")
        #expect(groups.path(of: Self.inode(tree.path + "/tree"), at: .zero) == "/")
        #expect(groups.path(of: Self.inode(info), at: .zero) == nil, "a file is no group")
    }

    @Test func `an unknown id is searched again, but not at once`() throws {
        let tree = try TemporaryTree()
        let info = try tree.file("mountinfo", Self.mountInfo(try tree.directory("tree")))
        var groups = ControlGroups(mountInfo: info)
        #expect(groups.path(of: Self.inode(tree.path + "/tree"), at: .zero) == "/")
        let late = try tree.directory("tree/late.service")
        #expect(groups.path(of: Self.inode(late), at: .seconds(1)) == nil)
        #expect(groups.path(of: Self.inode(late), at: ControlGroups.rest) == "/late.service")
    }

    @Test func `an id that a walk did not find is not searched again`() throws {
        let tree = try TemporaryTree()
        let info = try tree.file("mountinfo", Self.mountInfo(try tree.directory("tree")))
        var groups = ControlGroups(mountInfo: info)
        #expect(groups.path(of: 1 << 60, at: .zero) == nil)
        let late = try tree.directory("tree/late.service")
        #expect(groups.path(of: 1 << 60, at: .seconds(60)) == nil)
        // If the second lookup had caused a walk, this one would have to wait.
        #expect(groups.path(of: Self.inode(late), at: .seconds(60)) == "/late.service")
    }

    @Test func `without a hierarchy every id is unknown`() {
        var groups = ControlGroups(mountInfo: "/nonexistent")
        #expect(groups.path(of: 1, at: .zero) == nil)
    }

    @Test(.enabled(if: ScratchControlGroup.isAvailable && PrivateNetwork.isAvailable))
    func `sock_diag's id of a real socket leads to the group of its process`() throws {
        let group = try ScratchControlGroup(".service")
        let found = try PrivateNetwork.run {
            let process = try ListeningProcess(on: "0.0.0.0", port: 40004, in: group)
            defer { extendLifetime(process) }
            var sockets = try SockDiag()
            var groups = ControlGroups()
            let id = try sockets.table(port: 40004).sockets(on: 40004).first?.controlGroup
            return id.flatMap { groups.path(of: $0, at: .zero) }
        }
        #expect(found == group.path)
    }
}
