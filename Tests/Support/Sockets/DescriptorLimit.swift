import Glibc

/// The limit on open descriptors of the test process.
package enum DescriptorLimit {
    /// Raises it to the system's maximum; returns whether that is at least `wanted`.
    package static func raise(to wanted: Int) -> Bool {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return false }
        limit.rlim_cur = limit.rlim_max
        return setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 && limit.rlim_cur >= UInt(wanted)
    }
}
