// The only side effect of this module: reading a file up to its maximum size.

import Glibc

/// The configuration file.
package enum SettingsFile {
    /// Maximum size of a file in bytes: enough for 10,000 targets with one entry each.
    package static let maximumSize = 1 << 20

    /// Reads and checks a file; an empty one gives the defaults.
    ///
    /// Also reads a pipe (`check-config /dev/stdin`), and blocks until its writer has closed it.
    ///
    /// - Parameter onlyRegular: rejects pipes and other special files without blocking.
    package static func load(_ path: String, onlyRegular: Bool = false) throws(ConfigurationError) -> Configuration {
        try Configuration.parse(try bytes(of: path, onlyRegular: onlyRegular), file: path)
    }

    /// Reads a file as far as possible; throws only if the file cannot be read at all.
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
        // One byte more than the maximum, to detect longer files.
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

    /// The result of a system call, repeated after EINTR.
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
