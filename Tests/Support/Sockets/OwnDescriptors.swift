// A test that starts a program copies every descriptor of the process until the program runs: a socket that another
// test closes in this time stays open and keeps its port. So tests of ports have their own descriptors.

import CSupport
import Glibc
import Linux

/// Descriptors of one thread and those that it starts.
enum OwnDescriptors {
    /// Gives the calling thread its own table, without the sockets of other tests.
    static func take() throws {
        guard csupport_unshare_files() == 0 else { throw SystemCallError("unshare CLONE_FILES", code: errno) }
        guard let directory = opendir("/proc/thread-self/fd") else { return }
        var numbers: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { octets in
                String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name), number > STDERR_FILENO { numbers.append(number) }
        }
        closedir(directory)
        for number in numbers where isSocket(number) { close(number) }
    }

    private static func isSocket(_ number: Int32) -> Bool {
        var status = stat()
        return fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }
}
