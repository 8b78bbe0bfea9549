import Glibc
import Linux

/// A folder that is removed with its contents when its last reference goes.
package final class TemporaryFolder: Sendable {
    /// The path.
    package let path: String

    /// An empty folder.
    package init() throws {
        var template = Array("/tmp/selfconnectd-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemCallError("mkdtemp", code: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = try? Command.run("rm", "-rf", "--", path) }

    /// Writes a file, creating its parent folders; returns its path.
    @discardableResult
    package func write(_ content: [UInt8], to name: String) throws -> String {
        let file = path + "/" + name
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/" + part
            mkdir(folder, 0o700)
        }
        let number = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw SystemCallError("open", file, code: errno) }
        defer { close(number) }
        guard Glibc.write(number, content, content.count) == content.count else {
            throw SystemCallError("write", file, code: errno)
        }
        return file
    }
}
