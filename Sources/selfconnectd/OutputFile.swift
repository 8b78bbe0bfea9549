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
        var present = stat()
        let mode = stat(path, &present) == 0 ? present.st_mode & 0o7777 : nil
        do throws(SystemCallError) {
            try write(content, to: temporary, flags: O_EXCL, mode: mode, synchronizing: true)
            try call("rename", path) { rename(temporary, path) }
        } catch {
            if error.code != EEXIST { unlink(temporary) }
            throw error
        }
    }

    /// - Parameter mode: the mode of the file before it has content; nil: that of a new file.
    private static func write(
        _ content: [UInt8], to path: String, flags: Int32, mode: mode_t? = nil, synchronizing: Bool = false
    ) throws(SystemCallError) {
        let access = O_WRONLY | O_CREAT | O_CLOEXEC | flags
        let file = Descriptor(owning: try call("open", path) { open(path, access, 0o644) })
        if let mode { try call("fchmod", path) { fchmod(file.number, mode) } }
        try Output.write(content, to: file.number, path)
        if synchronizing { try call("fsync", path) { fsync(file.number) } }
    }
}
