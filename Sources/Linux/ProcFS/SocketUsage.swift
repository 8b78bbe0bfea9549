import Glibc

/// How many TCP sockets of a network namespace are in the kernel's tables, from /proc/net/sockstat and sockstat6
/// (proc_pid_net(5); `sock_prot_inuse_get`). Reading it costs microseconds, whatever there is on the host.
enum SocketUsage {
    /// The sockets of the calling thread's namespace that listen or are connected, in any state but TIME-WAIT; nil if they
    /// are not to be found out.
    static func tableSize(root: String = "/proc/thread-self/net") -> Int? {
        let directory = KernelDirectory(root)
        guard let text = try? directory.text("sockstat"), let ipv4 = count("TCP", inText: text) else { return nil }
        do throws(SystemCallError) {
            return try count("TCP6", inText: directory.text("sockstat6")).map { ipv4 + $0 }
        } catch {
            // A kernel without IPv6 does not have this file.
            return error.code == ENOENT ? ipv4 : nil
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
