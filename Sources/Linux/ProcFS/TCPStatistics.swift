import Glibc

/// Counters of TCP in a network namespace (/proc/net/snmp, RFC 4022).
package enum TCPStatistics {
    /// The number of connections that failed before they were established (tcpAttemptFails), since the creation of the calling
    /// thread's network namespace. Most of them were refused; half-open connections of servers are included.
    package static func failedAttempts() throws(SystemCallError) -> UInt64 {
        let path = "/proc/thread-self/net/snmp"
        guard let count = failedAttempts(in: try KernelFile.text(path)) else {
            throw SystemCallError("read", "\(path): no counter AttemptFails", code: EBADMSG)
        }
        return count
    }

    /// The counter in the text of the file: one line has the names, the next one the values in the same order.
    static func failedAttempts(in text: String) -> UInt64? {
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("Tcp:") }.map { $0.split(separator: " ") }
        guard lines.count == 2, let index = lines[0].firstIndex(of: "AttemptFails"), index < lines[1].count else {
            return nil
        }
        return UInt64(lines[1][index])
    }
}
