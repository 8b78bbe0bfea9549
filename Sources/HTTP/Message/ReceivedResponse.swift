/// A complete response, as a client receives it.
package struct ReceivedResponse: Sendable, Equatable {
    /// The status code.
    package let status: Int
    /// The content.
    package let content: [UInt8]

    /// Memberwise initializer.
    package init(status: Int, content: [UInt8]) {
        self.status = status
        self.content = content
    }
}
