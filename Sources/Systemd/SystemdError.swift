// The only error type of this module.

import Glibc

/// A failed call of libsystemd, or of the system calls used in place of it.
package struct SystemdError: Error, Hashable, Sendable {
    /// The function, such as `sd_notify`.
    package let operation: String
    /// The errno that was returned or set, positive.
    package let errno: Int32

    /// The result of a call that returns a negative errno on failure.
    static func check(_ operation: String, _ result: Int32) throws(SystemdError) -> Int32 {
        guard result >= 0 else { throw SystemdError(operation: operation, errno: -result) }
        return result
    }

    /// Makes a system call, repeats it after EINTR, and throws if it returns -1.
    static func call<Result: SignedInteger>(
        _ operation: String, _ body: () -> Result
    ) throws(SystemdError) -> Result {
        while true {
            let result = body()
            guard result == -1 else { return result }
            let code = Glibc.errno
            guard code == EINTR else { throw SystemdError(operation: operation, errno: code) }
        }
    }
}

extension SystemdError: CustomStringConvertible {
    /// `sd_notify: No such file or directory (errno 2)`.
    package var description: String { "\(operation): \(String(cString: strerror(errno))) (errno \(errno))" }
}
