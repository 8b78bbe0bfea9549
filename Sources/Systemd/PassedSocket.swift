// Socket activation: sd_listen_fds(3).

import CSystemd
import Glibc

/// A socket that the service manager has opened and passed to this process.
package struct PassedSocket: Hashable, Sendable {
    /// `FileDescriptorName=` of the socket unit, or the name of that unit.
    package let name: String
    /// The descriptor, close-on-exec. The caller of `takeAll()` must close it.
    package let descriptor: Int32

    /// All passed sockets, in the order of the socket units; empty without socket activation.
    ///
    /// Unsets the environment variables, so that children do not see them and a second call returns nothing. Must be
    /// called before any thread starts: unsetting a variable races with readers of the environment.
    package static func takeAll() throws(SystemdError) -> [PassedSocket] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        defer { release(names) }
        let count = try SystemdError.check("sd_listen_fds_with_names", sd_listen_fds_with_names(1, &names))
        return (0..<count).map { index in
            let name = names?[Int(index)].map { String(cString: $0) } ?? ""
            return PassedSocket(name: name, descriptor: SD_LISTEN_FDS_START + index)
        }
    }

    /// Frees a nil-terminated array of strings.
    private static func release(_ names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
        guard let names else { return }
        var next = names
        while let name = next.pointee {
            free(name)
            next += 1
        }
        free(names)
    }
}
