// Errors of system calls: operation, errno and subject, with one text form.

import CLinux
import Glibc

/// A system call that failed.
public struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call or the action, such as `connect`.
    public let operation: String
    /// The object of the call, such as an endpoint or a path; may be empty.
    public let subject: String
    /// The errno.
    public let code: Int32

    /// Memberwise initializer.
    public init(_ operation: String, _ subject: String = "", code: Int32) {
        self.operation = operation
        self.subject = subject
        self.code = code
    }

    /// The errno's name, such as `ENETUNREACH`.
    public var name: String { Self.name(of: code) }

    /// Whether descriptors or memory have run out: such an error is not about the subject.
    public var isResourceExhaustion: Bool { Self.wants.contains(code) }

    /// Whether another socket has the address.
    public var isAddressInUse: Bool { code == EADDRINUSE }

    private static let wants: Set<Int32> = [EMFILE, ENFILE, ENOMEM]

    /// `connect 127.0.0.1:50010: Network is unreachable (ENETUNREACH)`.
    public var description: String {
        let text = clinux_error_text(code).map { String(cString: $0) } ?? "unknown error"
        return "\(operation)\(subject.isEmpty ? "" : " ")\(subject): \(text) (\(name))"
    }

    /// The name of an errno, or its number.
    public static func name(of code: Int32) -> String {
        clinux_error_name(code).map { String(cString: $0) } ?? "errno \(code)"
    }
}

/// Makes a system call, repeats it after EINTR, and throws if it returns -1.
@discardableResult
func call<Result: SignedInteger>(
    _ operation: String, _ subject: @autoclosure () -> String = "", _ body: () -> Result
) throws(SystemCallError) -> Result {
    while true {
        let result = body()
        guard result == -1 else { return result }
        let code = errno
        guard code == EINTR else { throw SystemCallError(operation, subject(), code: code) }
    }
}
