import Glibc
import Linux
import TestSupport
import Testing

@Suite struct ProcSelfTests {
    @Test("The /proc of this process's own namespace will do") func own() throws {
        try ProcSelf.check()
    }

    @Test("One that is missing, or that knows this process by another number, will not")
    func others() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SystemCallError.self) { try ProcSelf.check(root: folder.path + "/nothing") }
        #expect(symlink("1234567", folder.path + "/self") == 0)
        let error = #expect(throws: SystemCallError.self) { try ProcSelf.check(root: folder.path) }
        #expect(error?.code == ESRCH && error?.subject.contains("names 1234567, and not \(getpid())") == true)
    }

    @Test("The arguments are those of main()") func arguments() {
        #expect(ProgramArguments.all == CommandLine.arguments)
    }
}
