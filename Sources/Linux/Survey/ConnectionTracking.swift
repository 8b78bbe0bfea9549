/// The kernel's connection tracking (nf_conntrack), which keeps an entry of each connection for a while.
public enum ConnectionTracking {
    /// Whether it tracks connections of the calling thread's network namespace: it has entries. Where it is loaded and no rule
    /// asks for it, it has none.
    public static var isActive: Bool {
        guard let text = try? KernelFile.text("/proc/sys/net/netfilter/nf_conntrack_count") else { return false }
        return (Int(text.filter { !$0.isWhitespace }) ?? 0) > 0
    }
}
