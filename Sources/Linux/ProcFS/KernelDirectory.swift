import Glibc

/// A directory of which several of the kernel's files are read. Its path is looked up once: a name in it can have one entry
/// for each network namespace, and the kernel compares all of them (docs/kernel-facts.md).
struct KernelDirectory: ~Copyable {
    let path: String
    private let descriptor: Descriptor?
    private let number: Int32

    /// Opens a directory; one of a network namespace in that of the calling thread. If it cannot be opened, the files are
    /// opened by their paths, so that the error names the file.
    init(_ path: String) {
        self.path = path
        let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        descriptor = number < 0 ? nil : Descriptor(owning: number)
        self.number = number < 0 ? AT_FDCWD : number
    }

    /// The text of a file in it.
    func text(_ name: String) throws(SystemCallError) -> String {
        let whole = "\(path)/\(name)"
        let file = try Descriptor.open(reading: number == AT_FDCWD ? whole : name, in: number, whole)
        return String(decoding: try KernelFile.bytes(of: file, whole), as: UTF8.self)
    }
}
