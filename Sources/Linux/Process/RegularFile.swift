import Glibc

/// Reads files whose contents may be secret or written by other users.
package enum RegularFile {
    /// The contents and permission bits of a regular file, at most `limit` octets, without blocking.
    ///
    /// - Throws: EINVAL if it is another kind of file; EFBIG if it is longer.
    package static func read(
        _ path: String, limit: Int
    ) throws(SystemCallError) -> (bytes: [UInt8], mode: UInt32) {
        let file = try Descriptor.open(reading: path)
        var status = stat()
        try call("fstat", path) { fstat(file.number, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemCallError("read", path, code: EINVAL) }
        guard let bytes = try KernelFile.bytes(file, path, size: limit + 1) else {
            throw SystemCallError("read", path, code: EFBIG)
        }
        return (bytes, status.st_mode & 0o7777)
    }
}
