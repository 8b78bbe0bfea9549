// The service manager's end of the notification socket, as much of it as a test needs.

import Glibc
import Testing

/// A datagram socket with a path or an abstract name, bound for one test.
struct NotifyListener: ~Copyable {
    /// What belongs into NOTIFY_SOCKET: a path, or `@` and an abstract name.
    let name: String
    private let descriptor: Int32

    /// Binds a new name.
    init(isAbstract: Bool) throws {
        let unique = "/tmp/selfconnectd-notify-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        name = (isAbstract ? "@" : "") + unique
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let text = Array((isAbstract ? "\0" : "").utf8) + Array(unique.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + text.count)
        let result = withUnsafeBytes(of: &address) { bytes in
            bind(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, length)
        }
        try #require(result == 0)
    }

    deinit {
        close(descriptor)
        if !name.hasPrefix("@") { unlink(name) }
    }

    /// The next notification that is there already; nil without one.
    func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count >= 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
}
