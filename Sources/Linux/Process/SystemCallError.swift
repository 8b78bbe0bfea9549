// Errors of system calls: operation, errno and subject, with one text form.

import CLinux
import Glibc

/// A system call that failed.
package struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call or the action, such as `connect`.
    package let operation: String
    /// The object of the call, such as an endpoint or a path; may be empty.
    package let subject: String
    /// The errno.
    package let code: Int32

    /// Memberwise initializer.
    package init(_ operation: String, _ subject: String = "", code: Int32) {
        self.operation = operation
        self.subject = subject
        self.code = code
    }

    /// The errno's name, such as `ENETUNREACH`.
    package var name: String { Self.name(of: code) }

    /// Whether descriptors or memory have run out: such an error is not about the subject.
    package var isResourceExhaustion: Bool { Self.wants.contains(code) }

    /// Whether another socket has the address.
    package var isAddressInUse: Bool { code == EADDRINUSE }

    private static let wants: Set<Int32> = [EMFILE, ENFILE, ENOMEM]

    /// `connect 127.0.0.1:50010: Network is unreachable (ENETUNREACH)`.
    package var description: String {
        let text = clinux_error_text(code).map { String(cString: $0) } ?? "unknown error"
        return "\(operation)\(subject.isEmpty ? "" : " ")\(subject): \(text) (\(name))"
    }

    /// The name of an errno, or its number.
    package static func name(of code: Int32) -> String {
        clinux_error_name(code).map { String(cString: $0) } ?? "errno \(code)"
    }
}

/// Makes a system call, repeats it after EINTR, and throws if it returns -1.
@discardableResult
package func call<Result: SignedInteger>(
    _ operation: String, _ subject: @autoclosure () -> String = "", _ body: () -> Result
) throws(SystemCallError) -> Result {
    while true {
        let result = body()
        guard result == -1 else { return result }
        let code = errno
        guard code == EINTR else { throw SystemCallError(operation, subject(), code: code) }
    }
}
