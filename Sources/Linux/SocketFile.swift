import Glibc

/// The file of a bound unix socket, known by its inode: the path may be somebody else's by now.
struct SocketFile: Sendable {
    private let path: String
    private let device: dev_t
    private let inode: ino_t

    /// The file that is there now.
    init(_ path: String) throws(SystemCallError) {
        let status = try Self.status(path)
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    /// Removes the file if it is still the same.
    func remove() {
        guard let status = try? Self.status(path), status.st_dev == device, status.st_ino == inode else { return }
        unlink(path)
    }

    /// Removes a socket file that nobody listens on.
    ///
    /// - Throws: EADDRINUSE if somebody does, or if it is no socket.
    static func removeStale(at path: String, _ address: UnixAddress) throws(SystemCallError) {
        let status = try status(path)
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw SystemCallError("bind", path, code: EADDRINUSE) }
        let probe = try UnixListeningSocket.socket()
        // Non-blocking: a listener whose queue is full says EAGAIN, and is there.
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
