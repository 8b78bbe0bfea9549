import Glibc

/// Descriptors 0 to 2, which a program may be started without.
public enum StandardDescriptors {
    /// Opens /dev/null in place of those that are closed. Otherwise the next socket would take the number, and get what is
    /// written for people.
    public static func fill() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
            // The lowest free number is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }
}
