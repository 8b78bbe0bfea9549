// The journal: structured entries through its own socket, and whether stderr leads to it anyway.

import CSystemd
import Glibc

/// The system's journal.
package enum Journal {
    /// Where the journal takes entries (systemd-journald.service(8)).
    private static let socket = "/run/systemd/journal/socket"

    /// Stores an entry (sd_journal_sendv(3)). Throws ENOENT without a journal: the library says nothing then.
    package static func send(_ entry: JournalEntry) throws(SystemdError) {
        guard access(socket, F_OK) == 0 else { throw SystemdError(operation: "sd_journal_sendv", errno: Glibc.errno) }
        // One block of memory for all fields, cut into pieces: sendmsg wants them as an array of pieces.
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

    /// Whether what is written to a descriptor goes to the journal: JOURNAL_STREAM names its device and inode
    /// (systemd.exec(5)). A service whose stderr was redirected elsewhere still has the variable.
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
