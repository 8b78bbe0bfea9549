// The server's side of a unix socket (unix(7)). Its file outlives the socket, so a process that has ended may have left
// one. A connection attempt detects that: only a listener accepts it.

import CLinux
import Glibc

/// A listening unix socket.
public final class UnixListeningSocket: Listener {
    /// Which processes may connect: those with write permission on the socket's file.
    public struct Access: Sendable, Hashable {
        /// Permission bits, such as 0o660.
        public var mode: UInt32
        /// The file's group; nil: the group of the process.
        public var group: UInt32?

        /// Memberwise initializer.
        public init(mode: UInt32, group: UInt32? = nil) {
            self.mode = mode
            self.group = group
        }
    }

    private let descriptor: Descriptor
    private let file: SocketFile?
    /// The path; empty if the socket has no name in the file system.
    public let path: String

    /// Binds, which creates the file with its mode, sets its group, and then listens: no client can connect earlier.
    ///
    /// An existing socket file is replaced if no process listens on it; EADDRINUSE if one does, or if the file is not a
    /// socket.
    public init(_ path: String, _ access: Access, backlog: Int32 = 1024) throws(SystemCallError) {
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
    public var place: ListeningPlace { .unix(path) }

    /// For adding to a poller, for reading.
    public var number: Int32 { descriptor.number }

    /// The next connection; nil if none is waiting or the waiting one has been aborted.
    public func accept() throws(SystemCallError) -> AcceptedSocket? {
        try descriptor.acceptConnection(place)
    }

    /// Removes the file, unless another process has replaced it.
    public func removeSocketFiles() { file?.remove() }

    static func socket() throws(SystemCallError) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        return Descriptor(owning: try call("socket") { Glibc.socket(AF_UNIX, type, 0) })
    }
}
