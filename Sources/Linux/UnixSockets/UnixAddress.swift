import Glibc

/// A path in the kernel's format for a unix socket (unix(7)).
struct UnixAddress {
    private var storage = sockaddr_un()

    /// - Throws: ENAMETOOLONG for a path that does not fit with its terminating NUL.
    init(_ path: String) throws(SystemCallError) {
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: storage.sun_path) else {
            throw SystemCallError("bind", "unix:\(path)", code: ENAMETOOLONG)
        }
        storage.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &storage.sun_path) { $0.copyBytes(from: bytes) }
    }

    /// Passes the address to a system call that reads it.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
