import Glibc
import Linux

/// A file that a command writes.
enum OutputFile {
    /// Writes the content; replaces an existing file.
    static func write(_ content: [UInt8], to path: String) throws(SystemCallError) {
        try write(content, to: path, flags: O_TRUNC)
    }

    /// The absolute path of a file, or of the one that a symbolic link leads to, also where it does not exist yet.
    static func resolved(_ path: String) -> String {
        func real(_ path: String) -> String? {
            guard let text = realpath(path, nil) else { return nil }
            defer { free(text) }
            return String(cString: text)
        }
        if let path = real(path) { return path }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let directory = parts.dropLast().joined(separator: "/")
        let parent = real(directory.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : directory)
        return parent.map { ($0 == "/" ? "" : $0) + "/" + (parts.last ?? "") } ?? path
    }

    /// Replaces a file at once, and keeps its mode: readers see what was there before or the whole content, also after a crash.
    static func replace(_ path: String, with content: [UInt8]) throws(SystemCallError) {
        let temporary = "\(path).\(getpid()).new"
        do throws(SystemCallError) {
            try write(content, to: temporary, flags: O_EXCL, synchronizing: true)
            var present = stat()
            if stat(path, &present) == 0 { chmod(temporary, present.st_mode & 0o7777) }
            guard rename(temporary, path) == 0 else { throw SystemCallError("rename", path, code: errno) }
        } catch {
            if error.code != EEXIST { unlink(temporary) }
            throw error
        }
    }

    private static func write(
        _ content: [UInt8], to path: String, flags: Int32, synchronizing: Bool = false
    ) throws(SystemCallError) {
        let number = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o644)
        guard number >= 0 else { throw SystemCallError("open", path, code: errno) }
        defer { close(number) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemCallError("write", path, code: errno) }
            rest = rest.dropFirst(count)
        }
        if synchronizing, fsync(number) != 0 { throw SystemCallError("fsync", path, code: errno) }
    }
}
