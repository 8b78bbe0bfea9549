import Glibc

/// Files of the kernel's, small and without a size: sysctls and what /proc tells.
public enum SmallFile {
    /// The whole file, at most `limit` octets; more is EFBIG.
    public static func bytes(_ path: String, limit: Int = 1 << 20) throws(SystemCallError) -> [UInt8] {
        try rest(of: try Descriptor.open(reading: path), path, limit: limit)
    }

    private static func rest(
        of file: borrowing Descriptor, _ path: String, limit: Int
    ) throws(SystemCallError) -> [UInt8] {
        let number = file.number
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = try call("read", path) {
                buffer.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
            }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else { throw SystemCallError("read", path, code: EFBIG) }
        }
    }

    /// A regular file of people's, with its permission bits; EINVAL for anything else, which is not waited for.
    public static func withMode(
        _ path: String, limit: Int
    ) throws(SystemCallError) -> (bytes: [UInt8], mode: UInt32) {
        let file = Descriptor(
            owning: try call("open", path) { Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) })
        var status = stat()
        try call("fstat", path) { fstat(file.number, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemCallError("read", path, code: EINVAL) }
        return (try rest(of: file, path, limit: limit), status.st_mode & 0o7777)
    }

    /// The same as text; octets that are not UTF-8 become U+FFFD.
    public static func text(_ path: String, limit: Int = 1 << 20) throws(SystemCallError) -> String {
        String(decoding: try bytes(path, limit: limit), as: UTF8.self)
    }
}
