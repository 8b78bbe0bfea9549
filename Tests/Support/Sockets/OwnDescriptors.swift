// A test that starts a program copies every descriptor of the process until the program runs: a socket that another
// test closes in this time stays open and keeps its port. So tests of ports have their own descriptors.

import CSupport
import Glibc
import Linux

/// Descriptors of one thread and those that it starts.
package enum OwnDescriptors {
    /// How many descriptors of the calling thread are open.
    package static var count: Int { numbers().count }

    /// Gives the calling thread its own table, without the sockets of other tests.
    static func take() throws {
        guard csupport_unshare_files() == 0 else { throw SystemCallError("unshare CLONE_FILES", code: errno) }
        for number in numbers() where isSocket(number) { close(number) }
    }

    private static func numbers() -> [Int32] {
        guard let directory = opendir("/proc/thread-self/fd") else { return [] }
        defer { closedir(directory) }
        var numbers: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { octets in
                String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name), number > STDERR_FILENO { numbers.append(number) }
        }
        return numbers
    }

    private static func isSocket(_ number: Int32) -> Bool {
        var status = stat()
        return fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }
}
