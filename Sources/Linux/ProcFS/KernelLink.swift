import Glibc

/// Links in /proc that stand for an object of the kernel, such as `socket:[12345]` (proc_pid_fd(5)) or `net:[4026531840]`
/// (namespaces(7)).
enum KernelLink {
    /// The inode of the object that a link stands for; nil if it is of another kind.
    static func inode(of path: String, kind: String) -> Result<UInt64?, SystemCallError> {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            guard let base = buffer.baseAddress else { return .success(nil) }
            let count = readlink(path, base.assumingMemoryBound(to: CChar.self), buffer.count)
            guard count >= 0 else { return .failure(SystemCallError("readlink", path, code: errno)) }
            return .success(inode(in: buffer.prefix(count), kind: kind))
        }
    }

    /// The inode in the text of a link; nil if it is of another kind.
    static func inode(in text: some BidirectionalCollection<UInt8>, kind: String) -> UInt64? {
        guard text.starts(with: kind.utf8), text.last == UInt8(ascii: "]") else { return nil }
        let rest = text.dropFirst(kind.utf8.count)
        guard rest.starts(with: ":[".utf8) else { return nil }
        return UInt64(String(decoding: rest.dropFirst(2).dropLast(), as: UTF8.self))
    }
}
