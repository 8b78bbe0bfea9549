// Network namespaces belong to threads: what enters one has to stay on its thread.

import CLinux
import Glibc

/// A network namespace (network_namespaces(7)), kept by an open descriptor.
public struct NetworkNamespace: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// The calling thread's namespace.
    public static func current() throws(SystemCallError) -> NetworkNamespace {
        NetworkNamespace(descriptor: try Descriptor.open(reading: "/proc/thread-self/ns/net"))
    }

    /// The namespace that a file stands for, such as /run/netns/blue.
    public static func open(_ path: String) throws(SystemCallError) -> NetworkNamespace {
        NetworkNamespace(descriptor: try Descriptor.open(reading: path))
    }

    /// Moves the calling thread into a new namespace, in which even loopback is down. Needs CAP_SYS_ADMIN.
    public static func unshare() throws(SystemCallError) {
        try call("unshare CLONE_NEWNET") { clinux_unshare_network() }
    }

    /// Moves the calling thread into this namespace. Needs CAP_SYS_ADMIN.
    public func enter() throws(SystemCallError) {
        try call("setns") { clinux_enter_network(descriptor.number) }
    }
}
