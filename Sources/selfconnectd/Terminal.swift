import Glibc

/// Output for people and pipes.
enum Terminal {
    /// Writes all octets, by default to stdout; returns whether that succeeded. A reader that has gone is not an error.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                guard count > 0 || errno == EINTR else { return false }
                written += max(0, count)
            }
            return true
        }
    }

    /// Writes text to stdout without buffering, with or without a line feed.
    @discardableResult
    static func write(_ text: String, terminator: String = "\n") -> Bool {
        write([UInt8]((text + terminator).utf8))
    }

    /// Waits for Enter, or the end of the input.
    static func waitForEnter() {
        var character = getchar()
        while character != EOF, character != Int32(UInt8(ascii: "\n")) { character = getchar() }
    }
}
