// The only effect of this module: reading a file, at most as much of it as a configuration can have.

import Glibc

/// The configuration file.
package enum SettingsFile {
    /// How long a file may be in bytes; 10,000 targets, each in an entry of its own, fit.
    package static let maximumSize = 1 << 20

    /// Reads and checks a file; an empty one gives the defaults.
    ///
    /// A pipe works as well (`check-config /dev/stdin`), and blocks like one until its writer has closed it.
    ///
    /// - Parameter onlyRegular: refuses a pipe and whatever else is no regular file, without waiting for it.
    package static func load(_ path: String, onlyRegular: Bool = false) throws(ConfigurationError) -> Configuration {
        try Configuration.parse(try bytes(of: path, onlyRegular: onlyRegular), file: path)
    }

    /// Reads a file as far as that is possible; throws only where there is nothing to be read.
    package static func read(_ path: String) throws(ConfigurationError) -> Configuration.Reading {
        Configuration.Reading(try bytes(of: path))
    }

    private static func bytes(of path: String, onlyRegular: Bool = false) throws(ConfigurationError) -> [UInt8] {
        let flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (onlyRegular ? O_NONBLOCK : 0)
        let descriptor = try retrying(path) { open(path, flags) }
        defer { close(Int32(descriptor)) }
        var status = stat()
        _ = try retrying(path) { fstat(Int32(descriptor), &status) }
        guard !onlyRegular || status.st_mode & S_IFMT == S_IFREG else {
            throw ConfigurationError(file: path, cause: .notRegular)
        }
        // One byte more than allowed, so that a file of exactly the allowed size can be told from a longer one.
        var buffer = [UInt8](repeating: 0, count: maximumSize + 1)
        var count = 0
        while count < buffer.count {
            let read = try retrying(path) {
                buffer.withUnsafeMutableBytes { space in
                    Glibc.read(Int32(descriptor), space.baseAddress?.advanced(by: count), space.count - count)
                }
            }
            guard read > 0 else { return Array(buffer.prefix(count)) }
            count += read
        }
        throw ConfigurationError(file: path, cause: .tooLarge(limit: maximumSize))
    }

    /// The result of a system call, which is made again after a signal.
    private static func retrying<Result: FixedWidthInteger>(
        _ path: String, _ call: () -> Result
    ) throws(ConfigurationError) -> Int {
        while true {
            let result = call()
            if result >= 0 { return Int(result) }
            guard errno == EINTR else { throw ConfigurationError(file: path, cause: .unreadable(errno: errno)) }
        }
    }
}
