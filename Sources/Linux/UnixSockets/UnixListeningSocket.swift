// The server's side of a unix socket (unix(7)). Its file outlives the socket, so a process that has ended may have left
// one. A connection attempt detects that: only a listener accepts it.

import CLinux
import Glibc

/// A listening unix socket.
package final class UnixListeningSocket: Listener {
    /// Which processes may connect: those with write permission on the socket's file.
    package struct Access: Sendable, Hashable {
        /// Permission bits, such as 0o660.
        package var mode: UInt32
        /// The file's group; nil: the group of the process.
        package var group: UInt32?

        /// Memberwise initializer.
        package init(mode: UInt32, group: UInt32? = nil) {
            self.mode = mode
            self.group = group
        }
    }

    private let descriptor: Descriptor
    private let file: SocketFile?
    /// The path; empty if the socket has no name in the file system.
    package let path: String

    /// Binds, which creates the file with its mode, sets its group, and then listens: no client can connect earlier.
    ///
    /// An existing socket file is replaced if no process listens on it; EADDRINUSE if one does, EEXIST if the file is not a
    /// socket.
    package init(_ path: String, _ access: Access, backlog: Int32 = 1024) throws(SystemCallError) {
        let subject = "unix:\(path)"
        let address = try UnixAddress(path)
        let descriptor = try Self.socket()
        let number = descriptor.number
        try SocketFile.making(mode: access.mode) { () throws(SystemCallError) in
            do throws(SystemCallError) {
                try call("bind", subject) { address.withPointer { bind(number, $0, $1) } }
            } catch  where error.code == EADDRINUSE {
                try SocketFile.removeStale(at: path, address)
                try call("bind", subject) { address.withPointer { bind(number, $0, $1) } }
            }
        }
        let file = try SocketFile(path)
        do throws(SystemCallError) {
            if let group = access.group { try file.changeGroup(to: group) }
            try call("listen", subject) { listen(number, backlog) }
        } catch {
            file.remove()
            throw error
        }
        self.descriptor = descriptor
        self.file = file
        self.path = path
    }

    /// Adopts a socket that already listens; its file belongs to the process that created it.
    init(_ descriptor: consuming Descriptor, at path: String) {
        self.descriptor = descriptor
        self.path = path
        file = nil
    }

    /// The address for clients.
    package var place: ListeningPlace { .unix(path) }

    /// For adding to a poller, for reading.
    package var number: Int32 { descriptor.number }

    /// The next connection; nil if none is waiting or the waiting one has been aborted.
    package func accept() throws(SystemCallError) -> AcceptedSocket? {
        try descriptor.acceptConnection(place)
    }

    /// Removes the file, unless another process has replaced it.
    package func removeSocketFiles() { file?.remove() }

    static func socket() throws(SystemCallError) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        return Descriptor(owning: try call("socket") { Glibc.socket(AF_UNIX, type, 0) })
    }
}
