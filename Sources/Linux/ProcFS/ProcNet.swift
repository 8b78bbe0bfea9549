// The TCP sockets as text, for hosts where NETLINK_SOCK_DIAG is missing or denied: a kernel without tcp_diag, or a
// container or unit with a filter for netlink.

import Glibc
package import SelfConnect

/// The TCP sockets of the calling thread's network namespace, from /proc (proc(5)). Needs no privilege.
///
/// It contains less than sock_diag: no sockets that are only bound, no control groups, no zones, and not whether a
/// server on :: is IPv6-only. The kernel writes it page by page while sockets are created and closed.
package struct ProcNet: Sendable {
    private let root: String

    /// The tables in `root`, by default those of the calling thread's namespace.
    package init(root: String = "/proc/thread-self/net") {
        self.root = root
    }

    /// All sockets of both families; with `port`, those with this local port.
    package func table(port: UInt16 = 0) throws(SystemCallError) -> SocketTable {
        var table = SocketTable()
        try read("tcp", port, into: &table)
        do throws(SystemCallError) {
            try read("tcp6", port, into: &table)
        } catch  where error.code == ENOENT {
            // A kernel without IPv6.
        }
        return table
    }

    /// More than any line of the kernel.
    private static let longestLine = 512
    private static let bufferSize = 65536

    /// The first line is a heading: an empty file is an error, not a table without sockets.
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
            let taken = Self.parse(buffer.span.bytes.extracting(0..<filled), port, into: &table)
            // The incomplete line is kept; a line of any length that is not the kernel's must not fill the buffer.
            filled -= taken
            guard filled < Self.longestLine else { throw SystemCallError("read", "\(root)/\(name)", code: EBADMSG) }
            buffer.withUnsafeMutableBytes { bytes in
                bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[taken..<taken + filled]))
            }
        }
    }

    /// Parses the sockets of all complete lines; returns the number of octets consumed.
    private static func parse(_ text: RawSpan, _ port: UInt16, into table: inout SocketTable) -> Int {
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
