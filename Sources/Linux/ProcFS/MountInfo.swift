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
                root: unescaped(fields[3]), path: unescaped(fields[4]), type: String(fields[separator + 1]))
        }
    }

    /// White space and the backslash are written as `\040`: three octal digits.
    private static func unescaped(_ field: Substring) -> String {
        guard field.utf8.contains(UInt8(ascii: "\\")) else { return String(field) }
        var octets: [UInt8] = []
        var rest = field.utf8
        while let octet = rest.popFirst() {
            let digits = String(Substring(rest.prefix(3)))
            if octet == UInt8(ascii: "\\"), digits.utf8.count == 3, let escaped = UInt8(digits, radix: 8) {
                octets.append(escaped)
                rest = rest.dropFirst(3)
            } else {
                octets.append(octet)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
