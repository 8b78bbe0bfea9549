import Glibc

/// Descriptors 0 to 2, which may be closed when the program starts.
package enum StandardDescriptors {
    /// Opens /dev/null for closed descriptors. Otherwise the next socket would get such a number and receive text
    /// written for users. Standard output is opened for reading only, so that output of a command is not lost silently.
    package static func fill() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
            // open returns the lowest free number, which is this one.
            _ = open("/dev/null", number == STDOUT_FILENO ? O_RDONLY : O_RDWR)
        }
    }
}
