import CLinux
import Glibc
import Synchronization

/// The file of a bound unix socket, identified by its inode: the path may refer to another file later.
struct SocketFile: Sendable {
    private let path: String
    private let device: dev_t
    private let inode: ino_t

    /// The socket file that is there now.
    ///
    /// - Throws: ESTALE if it is not a socket of this process's user: the file was replaced after bind(2).
    init(_ path: String) throws(SystemCallError) {
        let status = try Self.status(path)
        guard status.st_mode & S_IFMT == S_IFSOCK, status.st_uid == geteuid() else {
            throw SystemCallError("bind", path, code: ESTALE)
        }
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    /// Runs `body`, in which bind(2) creates a file with exactly these permission bits. Setting them later, through the
    /// path, could be redirected to another file by a user with write access to the directory.
    ///
    /// The mask applies to the whole process (umask(2)). The daemon creates no other files, and a lock serialises these
    /// calls.
    static func making<Result>(
        mode: UInt32, _ body: () throws(SystemCallError) -> Result
    ) throws(SystemCallError) -> Result {
        try masking.withLock { _ throws(SystemCallError) in
            let before = umask(~mode & 0o777)
            defer { umask(before) }
            return try body()
        }
    }

    private static let masking = Mutex(())

    /// Sets the group of the file if it is still the same, through a descriptor because the path may have been
    /// replaced.
    func changeGroup(to group: UInt32) throws(SystemCallError) {
        let file = Descriptor(owning: try call("open", path) { clinux_open_path(path) })
        var status = stat()
        try call("fstat", path) { fstat(file.number, &status) }
        guard status.st_dev == device, status.st_ino == inode, status.st_nlink == 1 else {
            throw SystemCallError("chown", path, code: ESTALE)
        }
        try call("chown", path) { clinux_set_group(file.number, group) }
    }

    /// Removes the file if it is still the same.
    func remove() {
        guard let status = try? Self.status(path), status.st_dev == device, status.st_ino == inode else { return }
        unlink(path)
    }

    /// Removes a socket file without a listener.
    ///
    /// - Throws: EADDRINUSE if there is a listener, EEXIST if it is not a socket.
    static func removeStale(at path: String, _ address: UnixAddress) throws(SystemCallError) {
        let status = try status(path)
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw SystemCallError("bind", "\(path), which is not a socket: remove it, or listen on another path", code: EEXIST)
        }
        let probe = try UnixListeningSocket.socket()
        // Non-blocking: a listener with a full queue returns EAGAIN.
        let result = address.withPointer { connect(probe.number, $0, $1) }
        guard result != 0, errno == ECONNREFUSED else { throw SystemCallError("bind", path, code: EADDRINUSE) }
        try call("unlink", path) { unlink(path) }
    }

    private static func status(_ path: String) throws(SystemCallError) -> stat {
        var status = stat()
        try call("lstat", path) { lstat(path, &status) }
        return status
    }
}
