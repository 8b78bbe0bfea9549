import Glibc
import Linux

/// The privileges of the calling thread alone (credentials(7)): the system call changes one thread, the glibc function
/// all.
package enum Privileges {
    /// The unprivileged user.
    package static let unprivilegedUser: UInt32 = 65534

    /// Makes the calling thread run as the user `nobody` until it ends.
    package static func drop() throws {
        typealias Call = @convention(c) (Int, Int, Int, Int) -> Int
        guard let symbol = dlsym(nil, "syscall") else { throw SystemCallError("dlsym", "syscall", code: ENOENT) }
        let call = unsafeBitCast(symbol, to: Call.self)
        #if arch(x86_64)
            let (setresuid, user) = (117, Int(unprivilegedUser))
        #else
            let (setresuid, user) = (147, Int(unprivilegedUser))
        #endif
        guard call(setresuid, user, user, user) == 0 else { throw SystemCallError("setresuid", code: errno) }
    }
}
