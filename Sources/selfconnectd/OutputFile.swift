import Glibc
import Linux

/// A file that a command writes.
enum OutputFile {
    /// Writes the content; replaces an existing file.
    static func write(_ content: [UInt8], to path: String) throws(SystemCallError) {
        let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw SystemCallError("open", path, code: errno) }
        defer { close(number) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemCallError("write", path, code: errno) }
            rest = rest.dropFirst(count)
        }
    }
}
