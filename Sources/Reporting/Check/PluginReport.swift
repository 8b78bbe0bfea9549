/// What a monitoring plug-in says: one line, and its exit status.
public struct PluginReport: Sendable, Hashable {
    /// Without a line feed, and without anything that would end the line or command a terminal.
    public let line: String
    /// The exit status.
    public let status: Int32
}
