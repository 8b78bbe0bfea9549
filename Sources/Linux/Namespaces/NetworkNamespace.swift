// A network namespace is a property of a thread: code that enters one must stay on its thread.

import CLinux
import Glibc

/// A network namespace (network_namespaces(7)), held by an open descriptor. While it is open, the namespace and its
/// interfaces continue to exist after its name was deleted: do not keep it longer than needed.
package struct NetworkNamespace: ~Copyable, Sendable {
    /// Identifies a namespace.
    ///
    /// The inode alone does not: the kernel reuses the number of a deleted namespace. The cookie is never reused
    /// (socket(7), SO_NETNS_COOKIE), but kernels before 5.14 have none.
    package struct Identity: Hashable, Sendable {
        /// The device of the nsfs.
        package let device: UInt64
        /// The inode of the namespace's file.
        package let inode: UInt64
        /// Unique since boot; nil on kernels without it.
        package let cookie: UInt64?
    }

    private let descriptor: Descriptor
    private let path: String

    /// The calling thread's namespace.
    package static func current() throws(SystemCallError) -> NetworkNamespace {
        try open("/proc/thread-self/ns/net")
    }

    /// The namespace of a file such as /run/netns/blue.
    package static func open(_ path: String) throws(SystemCallError) -> NetworkNamespace {
        // O_NONBLOCK: if the file is a pipe, open does not block.
        let number = try call("open", path) { Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        return NetworkNamespace(descriptor: Descriptor(owning: number), path: path)
    }

    /// The namespace with this inode that one of these files stands for. Files of processes that have ended, and those that
    /// stand for another namespace by now, are passed over.
    ///
    /// - Throws: ENOENT about `link(to:)` if none of them does; if one could not be opened that is there, its error.
    package static func open(_ paths: [String], inode: UInt64) throws(SystemCallError) -> NetworkNamespace {
        var fault = SystemCallError("open", link(to: inode), code: ENOENT)
        for path in paths {
            do throws(SystemCallError) {
                let namespace = try open(path)
                if try namespace.file().st_ino == inode { return namespace }
            } catch {
                if error.isResourceExhaustion { throw error }
                if fault.code == ENOENT, error.code != ENOENT { fault = error }
            }
        }
        throw fault
    }

    /// How the kernel names a namespace in the links of processes.
    package static func link(to inode: UInt64) -> String { "net:[\(inode)]" }

    private func file() throws(SystemCallError) -> stat {
        var file = stat()
        try call("fstat", path) { fstat(descriptor.number, &file) }
        return file
    }

    /// The inode of the namespace that a file stands for. Nothing is opened.
    package static func inode(of path: String) throws(SystemCallError) -> UInt64 {
        var file = stat()
        try call("stat", path) { stat(path, &file) }
        return UInt64(file.st_ino)
    }

    /// Moves the calling thread into a new namespace, in which even loopback is down. Needs CAP_SYS_ADMIN.
    package static func unshare() throws(SystemCallError) {
        try call("unshare CLONE_NEWNET") { clinux_unshare_network() }
    }

    /// Moves the calling thread into this namespace. Needs CAP_SYS_ADMIN; fails with EINVAL if the file is not a
    /// network namespace.
    package func enter() throws(SystemCallError) {
        try call("setns", path) { clinux_enter_network(descriptor.number) }
    }

    /// Moves the calling thread back into this namespace. Traps if that fails: all further calls would run in the wrong one.
    package func mustEnter() {
        do throws(SystemCallError) {
            try enter()
        } catch {
            preconditionFailure("the thread cannot leave a network namespace: \(error)")
        }
    }

    /// The identity of the calling thread's namespace.
    package static func currentIdentity() throws(SystemCallError) -> Identity { try current().identity() }

    /// The identity of this namespace, which the calling thread is in.
    package func identity() throws(SystemCallError) -> Identity {
        let file = try file()
        return Identity(device: UInt64(file.st_dev), inode: UInt64(file.st_ino), cookie: try Self.cookie())
    }

    private static func cookie() throws(SystemCallError) -> UInt64? {
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Descriptor(owning: try call("socket") { Glibc.socket(AF_UNIX, type, 0) })
        var cookie: UInt64 = 0
        var length = socklen_t(MemoryLayout<UInt64>.size)
        let result = getsockopt(socket.number, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length)
        return result == 0 ? cookie : nil
    }
}
