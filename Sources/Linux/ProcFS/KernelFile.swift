import Glibc

/// Files of the kernel's, small and without a size: sysctls and what /proc tells.
public enum KernelFile {
    /// The whole file, at most `limit` octets; more is EFBIG.
    ///
    /// A list such as ip_local_reserved_ports comes with the first read() or not at all: the kernel answers the next
    /// one with the end (proc_do_large_bitmap). So a read that filled the buffer is done again from the start, with
    /// a buffer of twice the size.
    public static func bytes(_ path: String, limit: Int = 1 << 20) throws(SystemCallError) -> [UInt8] {
        let file = try Descriptor.open(reading: path)
        var size = 16384
        while true {
            guard let bytes = try bytes(file, path, size: size) else {
                guard size <= limit else { throw SystemCallError("read", path, code: EFBIG) }
                size *= 2
                continue
            }
            guard bytes.count <= limit else { throw SystemCallError("read", path, code: EFBIG) }
            return bytes
        }
    }

    /// The file from its start, read with a buffer of `size` octets; nil if it fills the buffer.
    private static func bytes(
        _ file: borrowing Descriptor, _ path: String, size: Int
    ) throws(SystemCallError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: size)
        var filled = 0
        let number = file.number
        while filled < size {
            let count = try call("read", path) {
                buffer.withUnsafeMutableBytes {
                    pread(number, $0.baseAddress?.advanced(by: filled), size - filled, off_t(filled))
                }
            }
            guard count > 0 else { return Array(buffer.prefix(filled)) }
            filled += count
        }
        return nil
    }

    /// A regular file of people's, with its permission bits; EINVAL for anything else, which is not waited for.
    public static func withMode(
        _ path: String, limit: Int
    ) throws(SystemCallError) -> (bytes: [UInt8], mode: UInt32) {
        let file = try Descriptor.open(reading: path)
        var status = stat()
        try call("fstat", path) { fstat(file.number, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemCallError("read", path, code: EINVAL) }
        guard let bytes = try bytes(file, path, size: limit + 1) else {
            throw SystemCallError("read", path, code: EFBIG)
        }
        return (bytes, status.st_mode & 0o7777)
    }

    /// The same as text; octets that are not UTF-8 become U+FFFD.
    public static func text(_ path: String, limit: Int = 1 << 20) throws(SystemCallError) -> String {
        String(decoding: try bytes(path, limit: limit), as: UTF8.self)
    }
}
