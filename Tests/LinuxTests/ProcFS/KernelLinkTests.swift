import Glibc
import TestSupport
import Testing

@testable import Linux

@Suite struct KernelLinkTests {
    @Test(
        arguments: [
            ("net:[4026531840]", 4_026_531_840), ("mnt:[4026531840]", nil), ("net:[]", nil), ("net:[x]", nil),
            ("", nil),
            ("net:[1", nil), ("net:1]", nil), ("net[1]", nil), ("net", nil), ("net:]", nil), ("nets:[1]", nil),
            ("net:[18446744073709551616]", nil),
        ] as [(String, UInt64?)])
    func `The inode is read from the text`(_ text: String, _ inode: UInt64?) {
        #expect(KernelLink.inode(in: text.utf8, kind: "net") == inode)
    }

    @Test func `A link of another kind has no inode, and one that is missing is an error`() throws {
        let tree = try TemporaryTree()
        let (path, long) = (tree.path + "/link", tree.path + "/long")
        #expect(symlink("socket:[7]", path) == 0)
        #expect(symlink("net:[\(String(repeating: "1", count: 80))]", long) == 0)
        #expect(try KernelLink.inode(of: path, kind: "socket").get() == 7)
        #expect(try KernelLink.inode(of: path, kind: "net").get() == nil)
        #expect(try KernelLink.inode(of: long, kind: "net").get() == nil)
        #expect(throws: SystemCallError("readlink", tree.path, code: EINVAL)) {
            try KernelLink.inode(of: tree.path, kind: "net").get()
        }
    }
}
