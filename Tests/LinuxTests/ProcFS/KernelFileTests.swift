import Glibc
import TestSupport
import Testing

@testable import Linux

@Suite struct KernelFileTests {
    @Test("A file is read completely with any number of reads", arguments: [0, 1, 16383, 16384, 16385, 70_000])
    func whole(size: Int) throws {
        let folder = try TemporaryFolder()
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try KernelFile.bytes(folder.write(content, to: "file")) == content)
    }

    @Test("A file of the length of the limit is read, a longer one is rejected") func limit() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([UInt8](repeating: 65, count: 100), to: "file")
        #expect(try KernelFile.bytes(path, limit: 100).count == 100)
        #expect(throws: SystemCallError("read", path, code: EFBIG)) { try KernelFile.bytes(path, limit: 99) }
    }

    @Test("An endless file is rejected at the limit") func endless() {
        #expect(throws: SystemCallError("read", "/dev/zero", code: EFBIG)) { try KernelFile.bytes("/dev/zero") }
    }

    @Test("A directory is an error, not an empty file") func folder() {
        #expect(throws: SystemCallError("read", "/proc", code: EISDIR)) { try KernelFile.bytes("/proc") }
    }

    @Test("Octets that are not UTF-8 become replacement characters") func notText() throws {
        let folder = try TemporaryFolder()
        #expect(try KernelFile.text(folder.write([65, 0xFF, 66], to: "file")) == "A\u{FFFD}B")
    }
}
