import Glibc
import Linux

/// A directory for a test that creates a part of /proc or of another file system; removed with this value.
package final class TemporaryTree: Sendable {
    /// The path.
    package let path: String

    /// An empty directory.
    package init() throws {
        var template = Array("/tmp/selfconnectd-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemCallError("mkdtemp", code: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.remove(path)
    }

    /// Creates a directory and its parents; returns its path.
    @discardableResult
    package func directory(_ name: String) throws -> String {
        var directory = path
        for part in name.split(separator: "/") {
            directory += "/" + part
            guard mkdir(directory, 0o755) == 0 || errno == EEXIST else {
                throw SystemCallError("mkdir", directory, code: errno)
            }
        }
        return directory
    }

    /// Writes a file, creating its parents; returns its path.
    @discardableResult
    package func file(_ name: String, _ text: String) throws -> String {
        let file = try parent(of: name)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemCallError("open", file, code: errno) }
        defer { close(descriptor) }
        guard write(descriptor, text, text.utf8.count) == text.utf8.count else {
            throw SystemCallError("write", file, code: errno)
        }
        return file
    }

    /// Creates a symbolic link with this content, and its parents.
    package func link(_ name: String, to content: String) throws {
        let link = try parent(of: name)
        guard symlink(content, link) == 0 else { throw SystemCallError("symlink", link, code: errno) }
    }

    private func parent(of name: String) throws -> String {
        if let slash = name.lastIndex(of: "/") { try directory(String(name[..<slash])) }
        return path + "/" + name
    }

    private static func remove(_ path: String) {
        guard unlink(path) != 0, let stream = opendir(path) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { remove(path + "/" + name) }
        }
        closedir(stream)
        rmdir(path)
    }
}
