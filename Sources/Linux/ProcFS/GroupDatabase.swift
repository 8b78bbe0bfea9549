import Glibc

/// Groups by name (getgrnam(3)).
public enum GroupDatabase {
    /// The number of a group; nil if there is none of that name.
    ///
    /// - Throws: why it could not be looked up, for want of memory or descriptors say.
    public static func group(named name: String) throws(SystemCallError) -> UInt32? {
        var buffer = [CChar](repeating: 0, count: 65_536)
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        let code = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
        if found != nil { return entry.gr_gid }
        // What getgrnam(3) lists for a name that is not found.
        guard [0, ENOENT, ESRCH, EBADF, EPERM].contains(code) else {
            throw SystemCallError("getgrnam", name, code: code)
        }
        return nil
    }
}
