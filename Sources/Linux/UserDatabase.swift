import Glibc

/// Groups by name (getgrnam(3)).
public enum UserDatabase {
    /// The number of a group; nil if there is none of that name.
    public static func group(named name: String) -> UInt32? {
        var buffer = [CChar](repeating: 0, count: 65_536)
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }
}
