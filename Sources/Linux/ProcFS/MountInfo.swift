import SelfConnect

/// The mounts of a mount namespace (proc_pid_mountinfo(5)). Pure.
enum MountInfo {
    /// One mount.
    struct Mount: Hashable {
        /// What of the file system is mounted, such as `/`; of a namespace's file `net:[4026532281]`.
        var root: String
        /// Where.
        var path: String
        /// The type of the file system.
        var type: String
    }

    /// The mounts of the text, in its order. Invalid lines are omitted.
    static func mounts(in text: String) -> some Sequence<Mount> {
        text.split(separator: "\n").lazy.compactMap { line in
            let fields = line.split(separator: " ")
            // The optional fields before the separator are of any number.
            guard let separator = fields.firstIndex(of: "-"), separator >= 6, separator + 1 < fields.count else {
                return nil
            }
            return Mount(
                root: OctetEscape.octal.decoded(fields[3]), path: OctetEscape.octal.decoded(fields[4]),
                type: String(fields[separator + 1]))
        }
    }
}
