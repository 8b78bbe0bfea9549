import Glibc

/// The kernel's connection tracking (nf_conntrack), which keeps an entry of each connection for a while.
public enum ConnectionTracking {
    /// Whether it is loaded, so that it may look at connections of the calling thread's network namespace; whether a rule
    /// makes it do so, no unprivileged process can see.
    public static var isLoaded: Bool { access("/proc/sys/net/netfilter/nf_conntrack_max", F_OK) == 0 }
}
