// The only error type of this module: why a configuration file cannot be used.

import Glibc

/// A configuration file that is unreadable or invalid.
package struct ConfigurationError: Error, Hashable, Sendable {
    /// The cause of an error.
    package enum Cause: Hashable, Sendable {
        /// open(2) or read(2) failed with this errno.
        case unreadable(errno: Int32)
        /// The path is a pipe, a directory or a device.
        case notRegular
        /// The file is longer than this many bytes.
        case tooLarge(limit: Int)
        /// The contents are invalid: at least one fault, in reading order.
        case invalid([Diagnostic])
    }

    /// Maximum number of faults shown: a binary file or a wrong one must not fill the journal.
    package static let shown = 100

    /// The path of the file as the caller gave it.
    package let file: String
    /// The cause.
    package let cause: Cause

    /// A fault of `file`.
    package init(file: String, cause: Cause) {
        self.file = file
        self.cause = cause
    }

    /// One line per fault, `FILE:LINE:COLUMN: message`, or one line for the file: `FILE: message`.
    package var lines: [String] {
        switch cause {
        case .unreadable(let number):
            ["\(file): \(String(cString: strerror(number))) (\(Self.name(ofErrno: number)))"]
        case .notRegular:
            ["\(file): must be a regular file: a reload does not read pipes or devices"]
        case .tooLarge(let limit):
            ["\(file): the file is too large: a configuration has at most \(limit) bytes"]
        case .invalid(let diagnostics):
            diagnostics.prefix(Self.shown).map { $0.line(in: file) } + remainder(of: diagnostics.count)
        }
    }

    private func remainder(of count: Int) -> [String] {
        count > Self.shown ? ["\(file): and \(count - Self.shown) more"] : []
    }

    /// The symbolic names of the errors that open(2) and read(2) return for a path.
    private static func name(ofErrno number: Int32) -> String {
        switch number {
        case ENOENT: "ENOENT"
        case EACCES: "EACCES"
        case EPERM: "EPERM"
        case EISDIR: "EISDIR"
        case ENOTDIR: "ENOTDIR"
        case ELOOP: "ELOOP"
        case ENAMETOOLONG: "ENAMETOOLONG"
        case ENXIO: "ENXIO"
        case ENODEV: "ENODEV"
        case EINVAL: "EINVAL"
        case EIO: "EIO"
        case EMFILE: "EMFILE"
        case ENFILE: "ENFILE"
        case ENOMEM: "ENOMEM"
        default: "errno \(number)"
        }
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// The lines, separated by line feeds.
    package var description: String { lines.joined(separator: "\n") }
}
