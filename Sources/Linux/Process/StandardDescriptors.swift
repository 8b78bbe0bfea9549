import Glibc

/// Descriptors 0 to 2, which may be closed when the program starts.
package enum StandardDescriptors {
    /// Opens /dev/null for closed descriptors. Otherwise the next socket would get such a number and receive text
    /// written for users.
    package static func fill() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
            // open returns the lowest free number, which is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }
}
