// The service manager's end of the notification socket, as far as tests need it.

import CLinux
import Glibc
package import Linux

/// A datagram socket with a path or an abstract name, bound for one test.
package struct NotifyListener: ~Copyable {
    /// The value for NOTIFY_SOCKET: a path, or `@` and an abstract name.
    package let name: String
    private let descriptor: Descriptor
    private let address: sockaddr_un
    private let length: socklen_t

    /// Binds a new name. An abstract one is only visible in its own network namespace, a path in all.
    package init(isAbstract: Bool) throws(SystemCallError) {
        let unique = "/tmp/selfconnectd-notify-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemCallError("socket", code: errno) }
        let descriptor = Descriptor(owning: number)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let text = Array((isAbstract ? "\0" : "").utf8) + Array(unique.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + text.count)
        let result = withUnsafeBytes(of: &address) { bytes in
            bind(number, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, length)
        }
        guard result == 0 else { throw SystemCallError("bind", unique, code: errno) }
        name = (isAbstract ? "@" : "") + unique
        self.descriptor = descriptor
        self.address = address
        self.length = length
    }

    deinit {
        if !name.hasPrefix("@") { unlink(name) }
    }

    /// Fills its queue, so that no notification can be sent until one is received (net.unix.max_dgram_qlen).
    package func fill() throws(SystemCallError) {
        // The kernel does not count datagrams from a socket to itself.
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemCallError("socket", code: errno) }
        let sender = Descriptor(owning: number)
        let result = withUnsafeBytes(of: address) { bytes in
            while sendto(
                sender.number, "X=1", 3, Int32(MSG_DONTWAIT),
                bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, length) >= 0
            {}
            return errno
        }
        guard result == EAGAIN else { throw SystemCallError("sendto", name, code: result) }
    }

    /// The times between notifications.
    package struct Rhythm: Sendable {
        /// Between consecutive notifications.
        package let pauses: [Duration]
        /// The longest.
        package var longest: Duration { pauses.max() ?? .zero }
        /// The mean.
        package var mean: Duration { pauses.reduce(.zero, +) / max(1, pauses.count) }
    }

    /// Receives until a notification with this text has arrived this many times after the first, and returns the times;
    /// other notifications are discarded. Fewer if they do not arrive.
    package func rhythm(of words: String, times: Int) -> Rhythm {
        var last: Duration?
        var pauses: [Duration] = []
        _ = Waiting.holds(every: .milliseconds(2)) {
            while let message = receive() {
                guard message.contains(words) else { continue }
                let now = Clock.monotonic
                if let last { pauses.append(now - last) }
                last = now
            }
            return pauses.count >= times
        }
        return Rhythm(pauses: pauses)
    }

    /// The next pending notification; nil without one.
    package func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count >= 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
}
