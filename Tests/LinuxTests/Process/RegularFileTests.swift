import Glibc
import TestSupport
import Testing

@testable import Linux

@Suite struct RegularFileTests {
    @Test("The contents are returned with the permission bits") func contents() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([65, 0xFF, 66], to: "file")
        #expect(chmod(path, 0o1640) == 0)
        let file = try RegularFile.read(path, limit: 3)
        #expect(file.bytes == [65, 0xFF, 66] && file.mode == 0o1640)
    }

    @Test("A regular file of the length of the limit is read, a longer one is rejected") func limit() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([UInt8](repeating: 65, count: 100), to: "file")
        #expect(try RegularFile.read(path, limit: 100).bytes.count == 100)
        #expect(throws: SystemCallError("read", path, code: EFBIG)) { try RegularFile.read(path, limit: 99) }
    }

    @Test("Devices, directories and pipes without a writer are rejected at once") func others() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in ["/dev/zero", folder.path, pipe] {
            #expect(throws: SystemCallError("read", path, code: EINVAL)) { try RegularFile.read(path, limit: 100) }
        }
    }
}
