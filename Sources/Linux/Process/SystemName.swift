import Glibc

/// The names that uname(2) reports.
package struct SystemName {
    /// The host's name in this UTS namespace.
    package let host: String
    /// The kernel release.
    package let release: String

    /// Reads the names; they are empty if the system call fails.
    package init() {
        var name = utsname()
        guard uname(&name) == 0 else {
            (host, release) = ("", "")
            return
        }
        host = withUnsafeBytes(of: name.nodename) { Self.text($0) }
        release = withUnsafeBytes(of: name.release) { Self.text($0) }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
