/// Text that a person or a kernel file gave us and that does not say what it should.
///
/// The one error of this module. The message names the text and the rule that it breaks, without a place:
/// whoever read the text from a file adds `file:line:column`.
public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One English sentence fragment, such as `port 70000 is above 65535`.
    public let message: String

    /// An error that says `message`, without what is not printable.
    public init(_ message: String) {
        self.message = message.printable
    }

    /// The message.
    public var description: String { message }
}
