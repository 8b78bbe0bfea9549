// Ownership of file descriptors: each has one owner and is closed with it.

import Glibc

/// An open file descriptor that closes itself. The creator must set close-on-exec.
package struct Descriptor: ~Copyable, Sendable {
    /// The number. Valid during the lifetime of this value.
    package let number: Int32

    /// Takes ownership of an open descriptor.
    package init(owning number: Int32) {
        precondition(number >= 0, "not a descriptor")
        self.number = number
    }

    deinit {
        // A second close of a number may close an unrelated descriptor: that is a bug of this program.
        let result = close(number)
        precondition(result == 0 || errno != EBADF, "descriptor \(number) was closed by another owner")
    }

    /// Transfers ownership to the caller, which must close it.
    package consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// Reads at most `buffer.count` octets; 0 is the end. Nil if a non-blocking descriptor has no data.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemCallError) -> Int? {
        do throws(SystemCallError) {
            return try call("read") { Glibc.read(number, buffer.baseAddress, buffer.count) }
        } catch  where error.code == EAGAIN {
            return nil
        }
    }

    /// Reads the pending events of a non-blocking descriptor, such as an eventfd; returns whether there were any. If
    /// the read is denied, which a security module may do at any time, the descriptor stays ready: a pause prevents
    /// busy polling.
    func takeEvents(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        let count = Glibc.read(number, buffer.baseAddress, buffer.count)
        if count < 0, errno != EAGAIN, errno != EINTR { Thread.sleep(.milliseconds(20)) }
        return count > 0
    }

    /// Opens a file for reading. Does not wait for the writer of a FIFO.
    package static func open(reading path: String) throws(SystemCallError) -> Descriptor {
        try open(reading: path, in: AT_FDCWD, path)
    }

    /// Opens a file of a directory for reading; `path` is the whole path, for errors.
    static func open(
        reading name: String, in directory: Int32, _ path: String
    ) throws(SystemCallError) -> Descriptor {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        return Descriptor(owning: try call("open", path) { openat(directory, name, flags) })
    }
}
