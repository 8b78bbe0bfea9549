// The one error of this module.

import Glibc

/// A call of libsystemd that failed, or what is done here as such a call would.
package struct SystemdError: Error, Hashable, Sendable {
    /// The function, such as `sd_notify`.
    package let operation: String
    /// The errno that it returned or left, positive.
    package let errno: Int32

    /// The result of a call that returns a negative errno for a failure.
    static func check(_ operation: String, _ result: Int32) throws(SystemdError) -> Int32 {
        guard result >= 0 else { throw SystemdError(operation: operation, errno: -result) }
        return result
    }

    /// Calls the kernel, again when a signal interrupted it (EINTR), and throws what it says by -1.
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
