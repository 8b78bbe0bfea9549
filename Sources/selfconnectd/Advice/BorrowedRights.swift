import Glibc
import Linux

/// A rehearsal needs a network namespace of its own.
enum BorrowedRights {
    /// Set for the program that runs in a user namespace already: a second one would help no more.
    private static let mark = "SELFCONNECTD_BORROWED_RIGHTS"

    /// Where this process may not make a network namespace: runs the program once more, with the same command line, as root
    /// of a user namespace, which may. Its exit status; nil where no rights have to be borrowed.
    static func run() throws -> Int32? {
        try CommandFault.reporting { () throws(SystemCallError) in
            do throws(SystemCallError) {
                try Thread.run(name: "rehearsal") { () throws(SystemCallError) in try NetworkNamespace.unshare() }
                return nil
            } catch  where error.code == EPERM && getenv(Self.mark) == nil {
                return try UserNamespace.runSelf(ProgramArguments.all, adding: Self.mark + "=1")
            }
        }
    }
}
