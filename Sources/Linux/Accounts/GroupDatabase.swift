import Glibc

/// Groups by name (getgrnam(3)).
package enum GroupDatabase {
    /// The number of a group; nil if there is no group with this name.
    ///
    /// - Throws: if the lookup failed, for example because of missing memory or descriptors.
    package static func group(named name: String) throws(SystemCallError) -> UInt32? {
        var buffer = [CChar](repeating: 0, count: 65_536)
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        let code = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
        if found != nil { return entry.gr_gid }
        // The results for a name that is not found, according to getgrnam(3).
        guard [0, ENOENT, ESRCH, EBADF, EPERM].contains(code) else {
            throw SystemCallError("getgrnam", name, code: code)
        }
        return nil
    }
}
