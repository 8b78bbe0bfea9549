// Sockets that another process has opened, bound and set to listen (socket activation). They may be set up incorrectly,
// so everything is checked first (sd_listen_fds(3), socket(7)).

import CLinux
import Glibc

/// Adoption of a socket by its number.
package enum InheritedSocket {
    /// Makes the socket non-blocking and close-on-exec and returns it as a listener.
    ///
    /// - Parameter name: the name of the socket in errors.
    /// - Throws: ESOCKTNOSUPPORT if it is not a stream socket, EAFNOSUPPORT if it is neither TCP nor unix, EINVAL if it
    ///   does not listen, and the kernel's error if it is not a socket.
    package static func listener(
        _ descriptor: consuming Descriptor, name: String
    ) throws(SystemCallError) -> any Listener {
        let subject = "on the passed socket “\(name)”"
        let number = descriptor.number
        guard try option(SO_TYPE, of: number, subject) == Int32(SOCK_STREAM.rawValue) else {
            throw SystemCallError("listen", subject, code: ESOCKTNOSUPPORT)
        }
        guard try option(SO_ACCEPTCONN, of: number, subject) == 1 else {
            throw SystemCallError("listen", subject, code: EINVAL)
        }
        let flags = try call("fcntl", subject) { fcntl(number, F_GETFL) }
        try call("fcntl", subject) { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
        try call("fcntl", subject) { fcntl(number, F_SETFD, FD_CLOEXEC) }
        let address = try SocketAddress(nameOf: number)
        if let endpoint = address.endpoint { return ListeningSocket(descriptor, on: endpoint) }
        guard let path = address.path else { throw SystemCallError("listen", subject, code: EAFNOSUPPORT) }
        return UnixListeningSocket(descriptor, at: path)
    }

    static func option(
        _ option: Int32, of number: Int32, _ subject: String
    ) throws(SystemCallError) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        try call("getsockopt", subject) { getsockopt(number, SOL_SOCKET, option, &value, &length) }
        return value
    }
}
