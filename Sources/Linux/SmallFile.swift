import Glibc

/// Files of the kernel's, small and without a size: sysctls and what /proc tells.
public enum SmallFile {
    /// The whole file, at most `limit` octets; more is EFBIG.
    public static func bytes(_ path: String, limit: Int = 1 << 20) throws(SystemCallError) -> [UInt8] {
        let file = try Descriptor.open(reading: path)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = try call("read", path) {
                buffer.withUnsafeMutableBytes { Glibc.read(file.number, $0.baseAddress, $0.count) }
            }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else { throw SystemCallError("read", path, code: EFBIG) }
        }
    }

    /// The same as text; octets that are not UTF-8 become U+FFFD.
    public static func text(_ path: String, limit: Int = 1 << 20) throws(SystemCallError) -> String {
        String(decoding: try bytes(path, limit: limit), as: UTF8.self)
    }
}
