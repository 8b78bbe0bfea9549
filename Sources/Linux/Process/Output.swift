import Glibc

/// Writing to a descriptor (write(2)).
package enum Output {
    /// Writes all octets; waits where another process has made the open file description non-blocking.
    ///
    /// - Throws: EPIPE if the reader has gone; SIGPIPE must not end the process. Part of the octets may be written.
    package static func write(
        _ octets: [UInt8], to descriptor: Int32, _ subject: @autoclosure () -> String = ""
    ) throws(SystemCallError) {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            let code = count == 0 ? EIO : errno
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if code == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, -1)
            } else if code != EINTR {
                throw SystemCallError("write", subject(), code: code)
            }
        }
    }
}
