// The TCP sockets as text, for hosts where NETLINK_SOCK_DIAG is missing or refused: a kernel without tcp_diag, a
// container or a unit whose filter lets no netlink pass.

import Glibc
public import SelfConnect

/// The TCP sockets of the calling thread's network namespace, as /proc tells them (proc(5)). Needs no privilege.
///
/// It tells less than sock_diag: sockets that are only bound are not there, nor are control groups, zones, and whether
/// a server on :: leaves IPv4 alone. And the kernel writes it page by page while sockets come and go.
public struct ProcNet: Sendable {
    private let root: String

    /// The tables in `root`: those of the calling thread's namespace, where nothing else is said.
    public init(root: String = "/proc/thread-self/net") {
        self.root = root
    }

    /// All sockets of both families; with `port`, those that have it as their own.
    public func table(port: UInt16 = 0) throws(SystemCallError) -> SocketTable {
        var table = SocketTable()
        try read("tcp", port, into: &table)
        do throws(SystemCallError) {
            try read("tcp6", port, into: &table)
        } catch  where error.code == ENOENT {
            // A kernel without IPv6.
        }
        return table
    }

    /// Longer than any line that the kernel writes.
    private static let longestLine = 512
    private static let bufferSize = 65536

    /// The kernel's first line is a heading: a file without any is not its table, which would have no sockets.
    private func read(_ name: String, _ port: UInt16, into table: inout SocketTable) throws(SystemCallError) {
        let file = try Descriptor.open(reading: root + "/" + name)
        var buffer = [UInt8](repeating: 0, count: Self.bufferSize)
        var filled = 0
        var isEmpty = true
        while true {
            let count = try call("read", "\(root)/\(name)") {
                buffer.withUnsafeMutableBytes {
                    Glibc.read(file.number, $0.baseAddress?.advanced(by: filled), $0.count - filled)
                }
            }
            guard count > 0 else {
                guard !isEmpty else { throw SystemCallError("read", "\(root)/\(name)", code: EBADMSG) }
                return
            }
            isEmpty = false
            filled += count
            let taken = Self.take(buffer.span.bytes.extracting(0..<filled), port, into: &table)
            // The beginning of the next line stays; what is no line of the kernel's must not fill the buffer.
            filled -= taken
            guard filled < Self.longestLine else { throw SystemCallError("read", "\(root)/\(name)", code: EBADMSG) }
            buffer.withUnsafeMutableBytes { bytes in
                bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[taken..<taken + filled]))
            }
        }
    }

    /// Takes the sockets of all whole lines; how many octets these are.
    private static func take(_ text: RawSpan, _ port: UInt16, into table: inout SocketTable) -> Int {
        var start = 0
        for offset in text.byteOffsets where text.load(offset) == UInt8(ascii: "\n") {
            if let socket = ProcNetLine.record(text.extracting(start..<offset)), port == 0 || socket.local.port == port
            {
                table.insert(socket)
            }
            start = offset + 1
        }
        return start
    }
}
