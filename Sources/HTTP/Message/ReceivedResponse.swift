/// A response as a client has received it.
public struct ReceivedResponse: Sendable, Equatable {
    /// The three digits of its status line.
    public let status: Int
    /// Its content.
    public let content: [UInt8]

    /// A response as given.
    public init(status: Int, content: [UInt8]) {
        self.status = status
        self.content = content
    }
}
