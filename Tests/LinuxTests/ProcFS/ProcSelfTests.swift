import Glibc
import Linux
import TestSupport
import Testing

@Suite struct ProcSelfTests {
    @Test("The /proc of this process's PID namespace is accepted") func own() throws {
        try ProcSelf.check()
    }

    @Test("A /proc that is missing or has another PID for this process is rejected")
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
