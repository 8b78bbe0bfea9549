import Glibc
import TestSupport
import Testing

@testable import Linux

/// Which processes may use a unix socket: its file has the right mode from the start. Serialised, since the umask
/// belongs to the process.
@Suite(.serialized) struct UnixListeningSocketTests {
    private static func status(_ path: String) throws -> stat {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status
    }

    @Test(
        "The file is created with its mode for any umask",
        arguments: [0o600, 0o660, 0o666, 0o620, 0o777])
    func mode(_ mode: UInt32) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/socket"
        let before = umask(0o022)
        defer { umask(before) }
        let born = try SocketFile.making(mode: mode) { () throws(SystemCallError) in
            let socket = try UnixListeningSocket.socket()
            let address = try UnixAddress(path)
            try call("bind") { address.withPointer { bind(socket.number, $0, $1) } }
            return path
        }
        #expect(try Self.status(born).st_mode & 0o7777 == mode)
        unlink(path)
        let listener = try UnixListeningSocket(path, .init(mode: mode))
        #expect(try Self.status(path).st_mode & 0o7777 == mode)
        #expect(umask(0o022) == 0o022, "the mask is what it was")
        withExtendedLifetime(listener) {}
    }

    @Test("The socket file has the configured group", .enabled(if: geteuid() == 0, "needs root")) func group() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/socket"
        let listener = try UnixListeningSocket(path, .init(mode: 0o660, group: 54_321))
        #expect(try Self.status(path).st_gid == 54_321 && Self.status(path).st_mode & 0o7777 == 0o660)
        withExtendedLifetime(listener) {}
    }

    @Test(
        "A file that has replaced the socket keeps its group",
        .enabled(if: geteuid() == 0, "needs root"))
    func replaced() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/socket"
        let other = try folder.write([], to: "other")
        let group = try Self.status(other).st_gid
        let listener = try UnixListeningSocket(path, .init(mode: 0o600))
        let file = try SocketFile(path)
        unlink(path)
        for link in [symlink, Glibc.link] {
            #expect(link(other, path) == 0)
            #expect(throws: SystemCallError("chown", path, code: ESTALE)) { try file.changeGroup(to: 54_321) }
            #expect(throws: SystemCallError("bind", path, code: ESTALE)) { try SocketFile(path) }
            file.remove()
            #expect(try Self.status(path).st_ino != 0, "nor is it removed")
            unlink(path)
        }
        #expect(try Self.status(other).st_gid == group)
        withExtendedLifetime(listener) {}
    }
}
