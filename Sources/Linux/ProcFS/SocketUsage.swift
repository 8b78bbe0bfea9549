import Glibc

/// How many TCP sockets of a network namespace are in the kernel's tables, from /proc/net/sockstat and sockstat6
/// (proc_pid_net(5); `sock_prot_inuse_get`). Reading it costs microseconds, whatever there is on the host.
struct SocketUsage: Hashable {
    /// IPv4 sockets that listen or are connected, in any state but TIME-WAIT.
    var ipv4: Int
    /// The same of IPv6 sockets, also if they have IPv4-mapped addresses.
    var ipv6: Int

    /// Those of both families.
    var total: Int { ipv4 + ipv6 }

    /// Those of AF_INET or AF_INET6.
    func count(of family: Int32) -> Int { family == AF_INET6 ? ipv6 : ipv4 }

    /// That of the calling thread's namespace; nil if it is not to be found out.
    static func current(root: String = "/proc/thread-self/net") -> SocketUsage? {
        let directory = KernelDirectory(root)
        guard let text = try? directory.text("sockstat"), let ipv4 = count("TCP", inText: text) else { return nil }
        do throws(SystemCallError) {
            let text = try directory.text("sockstat6")
            return count("TCP6", inText: text).map { SocketUsage(ipv4: ipv4, ipv6: $0) }
        } catch {
            // A kernel without IPv6 does not have this file.
            return error.code == ENOENT ? SocketUsage(ipv4: ipv4, ipv6: 0) : nil
        }
    }

    /// The number behind `inuse` in the line of a protocol: `TCP: inuse 3 orphan 0 tw 0 alloc 8 mem 0`.
    static func count(_ name: String, inText text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count >= 3, words[0] == name + ":", words[1] == "inuse" { return Int(words[2]) }
        }
        return nil
    }
}
