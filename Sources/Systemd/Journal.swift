// The journal: structured entries through its socket, and whether stderr is connected to it.

import CSystemd
import Glibc

/// The system's journal.
package enum Journal {
    /// The journal's socket for entries (systemd-journald.service(8)).
    private static let socket = "/run/systemd/journal/socket"

    /// Stores an entry (sd_journal_sendv(3)). Throws ENOENT without a journal; the library reports no error in that
    /// case.
    package static func send(_ entry: JournalEntry) throws(SystemdError) {
        guard access(socket, F_OK) == 0 else { throw SystemdError(operation: "sd_journal_sendv", errno: Glibc.errno) }
        // One buffer for all fields, with one iovec per field.
        let pieces = entry.assignments.map { Array($0.utf8) }
        var bytes = pieces.flatMap { $0 }
        let result = bytes.withUnsafeMutableBytes { block in
            var start = 0
            let vectors = pieces.map { piece in
                defer { start += piece.count }
                return iovec(iov_base: block.baseAddress?.advanced(by: start), iov_len: piece.count)
            }
            return sd_journal_sendv(vectors, Int32(vectors.count))
        }
        _ = try SystemdError.check("sd_journal_sendv", result)
    }

    /// Whether a descriptor is connected to the journal: JOURNAL_STREAM contains the journal's device and inode
    /// (systemd.exec(5)). The variable is also set in services whose stderr is redirected elsewhere.
    package static func isConnected(to descriptor: Int32) -> Bool {
        guard let value = getenv("JOURNAL_STREAM") else { return false }
        let parts = String(cString: value).split(separator: ":", omittingEmptySubsequences: false)
        var status = stat()
        guard parts.count == 2, let device = UInt64(parts[0]), let inode = UInt64(parts[1]),
            fstat(descriptor, &status) == 0
        else { return false }
        return status.st_dev == device && status.st_ino == inode
    }
}
