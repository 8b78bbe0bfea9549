import CLinux
import Glibc

/// UTS namespaces (uts_namespaces(7)), which have a host name each.
package enum HostNamespace {
    /// The host name in the UTS namespace of a process. Nil if it is the calling thread's own, or may not be entered, which
    /// needs CAP_SYS_ADMIN; the name may be any octets.
    ///
    /// The calling thread enters the namespace and comes back; if it could not, that traps.
    package static func name(of process: Int32) -> String? {
        guard let own = try? Descriptor.open(reading: "/proc/thread-self/ns/uts"),
            let other = try? Descriptor.open(reading: "/proc/\(process)/ns/uts"), inode(own) != inode(other),
            clinux_enter_host(other.number) == 0
        else { return nil }
        defer { precondition(clinux_enter_host(own.number) == 0, "the thread cannot leave a UTS namespace") }
        var name = utsname()
        guard uname(&name) == 0 else { return nil }
        return withUnsafeBytes(of: name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func inode(_ file: borrowing Descriptor) -> UInt64? {
        var status = stat()
        return fstat(file.number, &status) == 0 ? UInt64(status.st_ino) : nil
    }
}
