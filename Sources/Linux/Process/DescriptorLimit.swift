import Glibc

/// The limit on open descriptors of this process (getrlimit(2), RLIMIT_NOFILE).
package enum DescriptorLimit {
    /// Raises the soft limit to `wanted` descriptors, at most to the hard limit.
    ///
    /// - Returns: the limit in force.
    @discardableResult
    package static func raise(to wanted: Int) -> Int {
        var limit = rlimit()
        getrlimit(resource, &limit)
        if limit.rlim_cur < rlim_t(wanted), limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = min(rlim_t(wanted), limit.rlim_max)
            setrlimit(resource, &limit)
            getrlimit(resource, &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }

    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
}
