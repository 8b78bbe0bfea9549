import Glibc
import TestSupport
import Testing

@testable import Linux

@Suite struct PasswdFileTests {
    @Test func `lines of passwd(5) are read, and invalid lines are ignored`() {
        let names = PasswdFile.parse(
            """
            root:x:0:0:root:/root:/bin/bash
            toor:x:0:0::/root:/bin/sh
            # a comment:x:7
            postgres:x:114:119:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
            short:x:115
            :x:116:116:::
            word:x:many:1:::
            big:x:4294967296:1:::
            +nis:x:117:117:::
            daemon:x:2:2:daemon:/usr/sbin:/usr/sbin/nologin
            """)
        #expect(names == [0: "root", 114: "postgres", 117: "+nis", 2: "daemon"])
    }

    @Test func `the host's passwd file names root`() {
        var users = PasswdFile()
        #expect(users.name(of: 0, at: .zero) == "root")
        #expect(users.name(of: 4_000_000_000, at: .zero) == nil)
    }

    @Test func `an added user is known after a few seconds, and a removed user is not`() throws {
        let tree = try TemporaryTree()
        let path = try tree.file("passwd", "a:x:1:1:::\n")
        var users = PasswdFile(path: path)
        #expect(users.name(of: 1, at: .zero) == "a")
        try tree.file("passwd", "bb:x:2:2:::\n")
        #expect(users.name(of: 2, at: .seconds(1)) == nil, "not looked at yet")
        #expect(users.name(of: 2, at: PasswdFile.rest) == "bb")
        #expect(users.name(of: 1, at: PasswdFile.rest) == nil)
    }

    @Test func `a missing file keeps the known names`() throws {
        let tree = try TemporaryTree()
        let path = try tree.file("passwd", "a:x:1:1:::\n")
        var users = PasswdFile(path: path)
        #expect(users.name(of: 1, at: .zero) == "a")
        unlink(path)
        #expect(users.name(of: 1, at: PasswdFile.rest) == "a")
    }
}
