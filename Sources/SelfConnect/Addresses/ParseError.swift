/// Invalid text from a user or a kernel file.
///
/// The only error type of this module. The message contains the text and the violated rule, without a position: code
/// that parses a file adds `file:line:column`.
package struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One English sentence fragment, such as `port 70000 is above 65535`.
    package let message: String

    /// An error with this message; unprintable characters are replaced.
    package init(_ message: String) {
        self.message = message.printable
    }

    /// The message.
    package var description: String { message }
}
