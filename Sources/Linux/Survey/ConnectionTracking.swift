/// The kernel's connection tracking (nf_conntrack), which keeps an entry for each connection for a while.
package enum ConnectionTracking {
    /// Whether connections of the calling thread's network namespace are tracked, i.e. whether there are entries.
    /// Without a rule that needs tracking there are none, even if the module is loaded.
    package static var isActive: Bool {
        guard let text = try? KernelFile.text("/proc/sys/net/netfilter/nf_conntrack_count") else { return false }
        return (Int(text.filter { !$0.isWhitespace }) ?? 0) > 0
    }
}
