import Glibc
package import Linux

/// A named file with the lifetime of the value.
package struct TemporaryFile: ~Copyable {
    /// The path.
    package let path: String

    /// Writes a new file that all users may read.
    package init(_ text: String, suffix: String = ".yaml") throws(SystemCallError) {
        let path = "/tmp/selfconnectd-\(getpid())-\(UInt32.random(in: 0 ... .max))\(suffix)"
        let number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw SystemCallError("open", path, code: errno) }
        let descriptor = Descriptor(owning: number)
        guard write(descriptor.number, text, text.utf8.count) == text.utf8.count, fchmod(number, 0o644) == 0 else {
            throw SystemCallError("write", path, code: errno)
        }
        self.path = path
    }

    /// Replaces it atomically, as an editor does: no process reads a part of it.
    package func replace(with text: String) throws(SystemCallError) {
        let next = try TemporaryFile(text)
        guard rename(next.path, path) == 0 else { throw SystemCallError("rename", path, code: errno) }
    }

    deinit { unlink(path) }
}
