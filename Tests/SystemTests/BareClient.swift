import Glibc
import Linux
import TestSupport

/// A client of the HTTP port that does what curl would never do. It closes with its last reference.
final class BareClient {
    private let descriptor: Descriptor

    /// Connects to 127.0.0.1:9293 in the calling thread's network namespace.
    init() throws(SystemCallError) {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemCallError("socket", code: errno) }
        let descriptor = Descriptor(owning: number)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(9293).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafeBytes(of: &address) { bytes in
            connect(number, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
        guard result == 0 else { throw SystemCallError("connect", RunningDaemon.listen, code: errno) }
        self.descriptor = descriptor
    }

    /// Sends text as it is.
    func send(_ text: String) {
        _ = Glibc.send(descriptor.number, text, text.utf8.count, Int32(MSG_NOSIGNAL))
    }

    /// All that comes until the other side ends the connection; nil if it does not within `limit`.
    func everything(within limit: Duration) -> String? {
        var bytes: [UInt8] = []
        let hasEnded = Waiting.holds(within: limit) {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            bytes += buffer.prefix(max(0, count))
            return count == 0 || (count < 0 && errno != EAGAIN)
        }
        return hasEnded ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
