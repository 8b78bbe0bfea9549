import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite struct NamespaceScanTests {
    @Test func `Each namespace is found once, whether by a process, a file or a mount`() throws {
        let tree = try TemporaryTree()
        for (process, inode) in [(7, 100), (8, 101), (9, 100)] {
            _ = try tree.directory("proc/\(process)/ns")
            #expect(symlink("net:[\(inode)]", "\(tree.path)/proc/\(process)/ns/net") == 0)
        }
        _ = try tree.directory("proc/self")
        try tree.file(
            "proc/self/mountinfo",
            """
            22 1 0:21 / /proc rw - proc proc rw
            23 1 0:4 net:[101] /run/netns/blue rw shared:5 - nsfs nsfs rw
            24 1 0:4 net:[102] /run/netns/a\\040b rw - nsfs nsfs rw
            25 1 0:4 uts:[103] /run/utsns/x rw - nsfs nsfs rw
            26 1 0:4 net:[1 broken

            """)
        let scan = NamespaceScan(proc: tree.path + "/proc", directories: [])
        #expect(scan.namespaces.map(\.inode) == [100, 101, 102])
        #expect(scan.namespaces.map(\.files) == [[], ["/run/netns/blue"], ["/run/netns/a b"]])
        #expect(scan.namespaces.map { $0.processes.sorted() } == [[7, 9], [8], []])
        #expect(scan.hiddenProcesses == 0 && !scan.isTruncated)
    }

    @Test func `A scan without time reads no directory, no mount and no process, and says so`() throws {
        let tree = try TemporaryTree()
        _ = try tree.directory("proc/7/ns")
        #expect(symlink("net:[100]", "\(tree.path)/proc/7/ns/net") == 0)
        try tree.file("proc/self/mountinfo", "23 1 0:4 net:[101] /run/netns/blue rw shared:5 - nsfs nsfs rw\n")
        let scan = NamespaceScan(proc: tree.path + "/proc", directories: ["/proc/self/ns"], within: .zero)
        #expect(scan.namespaces.isEmpty && scan.isTruncated)
    }

    @Test func `Mounts of the host are found from a unit with a private mount namespace`() throws {
        let tree = try TemporaryTree()
        for (process, inode) in [("1", 1), ("self", 2)] {
            _ = try tree.directory("proc/\(process)/ns")
            #expect(symlink("mnt:[\(inode)]", "\(tree.path)/proc/\(process)/ns/mnt") == 0)
        }
        try tree.file("proc/1/mountinfo", "23 1 0:4 net:[101] /run/netns/blue rw shared:5 - nsfs nsfs rw\n")
        let scan = NamespaceScan(proc: tree.path + "/proc", directories: [])
        #expect(scan.namespaces.map(\.files) == [["/run/netns/blue"]])
        #expect(scan.namespaces.map(\.paths) == [[tree.path + "/proc/1/root" + "/run/netns/blue"]])
    }

    @Test func `Ended processes and other entries are skipped`() throws {
        let tree = try TemporaryTree()
        _ = try tree.directory("proc/7")
        _ = try tree.directory("proc/0/ns")
        _ = try tree.directory("proc/sys")
        _ = try tree.directory("proc/99999999999")
        #expect(NamespaceScan(proc: tree.path + "/proc", directories: ["/nonexistent"]).namespaces.isEmpty)
    }

    @Test(.enabled(if: PrivateNetwork.isAvailable)) func `Files that are not namespaces are skipped`() throws {
        let found = try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            try namespaces.make("blue") {}
            try Command.run("touch", "\(namespaces.path)/file")
            try Command.run("ln", "-s", "/nonexistent", "\(namespaces.path)/dangling")
            try Command.run("mkfifo", "\(namespaces.path)/pipe")
            let inode = try namespaces.inside("blue") { try NetworkNamespace.currentIdentity().inode }
            let scan = NamespaceScan(proc: "/nonexistent", directories: [namespaces.path])
            return scan.namespaces.map { ($0.inode == inode, $0.files.map { $0.hasSuffix("/blue") }) }
        }
        #expect(found.count == 1 && found.first?.0 == true && found.first?.1 == [true])
    }
}
