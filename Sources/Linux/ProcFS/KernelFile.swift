import Glibc

/// Reads files of the kernel, which are small and report no size: sysctls and files in /proc. Also for other files whose
/// permission bits do not matter.
package enum KernelFile {
    /// The whole file, at most `limit` octets; EFBIG if it is longer.
    ///
    /// A list such as ip_local_reserved_ports is only returned by the first read(): the kernel answers the next one
    /// with end of file (proc_do_large_bitmap). So a read that fills the buffer is repeated from the start with a
    /// buffer of twice the size.
    package static func bytes(_ path: String, limit: Int = 1 << 20) throws(SystemCallError) -> [UInt8] {
        try bytes(of: Descriptor.open(reading: path), path, limit: limit)
    }

    /// An open file, with its path for errors.
    static func bytes(
        of file: borrowing Descriptor, _ path: String, limit: Int = 1 << 20
    ) throws(SystemCallError) -> [UInt8] {
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
    static func bytes(
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

    /// The file as text; octets that are not UTF-8 become U+FFFD.
    package static func text(_ path: String, limit: Int = 1 << 20) throws(SystemCallError) -> String {
        String(decoding: try bytes(path, limit: limit), as: UTF8.self)
    }
}
