import CLinux
import Glibc
import Linux
import TestSupport

/// A client of the daemon that is fully controlled by a test, octet by octet if needed. Its connection closes with its
/// last reference.
final class RawClient {
    private let descriptor: Descriptor

    /// Connects to a port of 127.0.0.1 in the calling thread's network namespace, from an address of 127.0.0.0/8.
    init(port: UInt16 = 9293, from address: String = "127.0.0.1") throws {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemCallError("socket", code: errno) }
        let descriptor = Descriptor(owning: number)
        guard Self.call(bind, number, address, 0) == 0 else { throw SystemCallError("bind", address, code: errno) }
        guard Self.call(connect, number, "127.0.0.1", port) == 0 else {
            throw SystemCallError("connect", "127.0.0.1:\(port)", code: errno)
        }
        try PlainSocket.setStallLimit(of: number)
        self.descriptor = descriptor
    }

    /// Makes the connection end with a reset, which leaves no TIME_WAIT.
    func endByReset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor.number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Whether all octets were sent.
    @discardableResult
    func send(_ text: String) -> Bool {
        Glibc.send(descriptor.number, text, text.utf8.count, Int32(MSG_NOSIGNAL)) == text.utf8.count
    }

    /// The next octets, as many as fit; empty at the end, nil if none arrive or the connection is broken.
    func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor.number, &buffer, buffer.count, 0)
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    /// Whether all octets were sent.
    @discardableResult
    func send(_ octets: ArraySlice<UInt8>) -> Bool {
        octets.withUnsafeBytes { Glibc.send(descriptor.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            == octets.count
    }

    /// Closes the sending side.
    func finishSending() {
        shutdown(descriptor.number, Int32(SHUT_WR))
    }

    /// Everything until the daemon ends the connection, by a reset or not; nil on a timeout.
    func everything() -> [UInt8]? {
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor.number, &buffer, buffer.count, 0)
            if count > 0 {
                octets += buffer.prefix(count)
            } else {
                return count < 0 && errno == EAGAIN ? nil : octets
            }
        }
    }

    /// The same as text.
    func text() -> String? {
        everything().map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether the daemon has ended the connection; octets before that are discarded.
    var hasEnded: Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return count == 0 || errno != EAGAIN }
        }
    }

    /// Whether there are received octets that were not read.
    var hasReceived: Bool {
        var octet: UInt8 = 0
        return recv(descriptor.number, &octet, 1, Int32(MSG_DONTWAIT | MSG_PEEK)) > 0
    }

    /// The status of the response to this request on this connection.
    func status(of request: String) -> Int? {
        send(request)
        return receive().flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ number: Int32, _ address: String,
        _ port: UInt16
    ) -> Int32 {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { function(number, $0, length) }
        }
    }
}
