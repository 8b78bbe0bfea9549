import Glibc

/// Reading of directories (readdir(3)).
package enum Directory {
    /// An entry of a directory.
    struct Entry {
        let name: String
        let inode: UInt64
        /// False also where the file system gives no types.
        let isDirectory: Bool
    }

    /// At most `limit` names of the entries, in no order.
    ///
    /// - Throws: if the directory cannot be opened.
    package static func names(in directory: String, atMost limit: Int) throws(SystemCallError) -> [String] {
        var names: [String] = []
        try forEachEntry(of: directory) { entry in
            names.append(entry.name)
            return names.count < limit
        }
        return names
    }

    /// Calls `body` with each entry but `.` and `..`, until it returns false.
    ///
    /// - Throws: if the directory cannot be opened.
    static func forEachEntry(of directory: String, _ body: (Entry) -> Bool) throws(SystemCallError) {
        guard let stream = opendir(directory) else { throw SystemCallError("open", directory, code: errno) }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = name(of: entry)
            guard name != ".", name != ".." else { continue }
            let isDirectory = entry.pointee.d_type == UInt8(DT_DIR)
            guard body(Entry(name: name, inode: UInt64(entry.pointee.d_ino), isDirectory: isDirectory)) else { return }
        }
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        return String(cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
    }
}
