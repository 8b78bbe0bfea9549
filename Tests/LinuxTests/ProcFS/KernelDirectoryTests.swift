import Glibc
import TestSupport
import Testing

@testable import Linux

@Suite struct KernelDirectoryTests {
    @Test func `A file of the directory is read by its name`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("32768\t60999\n".utf8), to: "range")
        #expect(try KernelDirectory(folder.path).text("range") == "32768\t60999\n")
    }

    @Test func `A missing file is an error with its whole path, whether or not the directory is there`() throws {
        let folder = try TemporaryFolder()
        for path in [folder.path, folder.path + "/none"] {
            let error = SystemCallError("open", path + "/range", code: ENOENT)
            #expect(throws: error) { try KernelDirectory(path).text("range") }
        }
    }

    @Test func `A file that appears where the directory could not be opened is read`() throws {
        let folder = try TemporaryFolder()
        let directory = KernelDirectory(folder.path + "/later")
        try folder.write(Array("1".utf8), to: "later/file")
        #expect(try directory.text("file") == "1")
    }
}
