import Glibc

/// The address in NOTIFY_SOCKET: a path, or `@` and a name in the abstract namespace (unix(7)).
struct NotifyAddress {
    private var storage = sockaddr_un()
    private let length: socklen_t

    /// The address of the service manager; nil without one.
    static func current(for operation: String) throws(SystemdError) -> NotifyAddress? {
        guard let name = getenv("NOTIFY_SOCKET") else { return nil }
        return try NotifyAddress(String(cString: name), for: operation)
    }

    /// - Throws: EAFNOSUPPORT for any other address, ENAMETOOLONG for a name that is too long.
    init(_ name: String, for operation: String) throws(SystemdError) {
        let isAbstract = name.hasPrefix("@")
        guard isAbstract || name.hasPrefix("/") else { throw SystemdError(operation: operation, errno: EAFNOSUPPORT) }
        // An abstract name starts with NUL and is delimited by its length; a path ends with NUL.
        let octets = isAbstract ? [0] + name.utf8.dropFirst() : name.utf8 + [0]
        guard octets.count <= MemoryLayout.size(ofValue: storage.sun_path) else {
            throw SystemdError(operation: operation, errno: ENAMETOOLONG)
        }
        storage.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &storage.sun_path) { $0.copyBytes(from: octets) }
        length = socklen_t(MemoryLayout<sa_family_t>.size + octets.count)
    }

    /// Passes the address to a system call that reads it.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr_un>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { body($0, length) }
    }
}
