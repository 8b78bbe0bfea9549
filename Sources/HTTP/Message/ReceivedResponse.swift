/// A complete response, as a client receives it.
public struct ReceivedResponse: Sendable, Equatable {
    /// The status code.
    public let status: Int
    /// The content.
    public let content: [UInt8]

    /// Memberwise initializer.
    public init(status: Int, content: [UInt8]) {
        self.status = status
        self.content = content
    }
}
