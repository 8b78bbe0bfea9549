/// What a monitoring plug-in says: one line, and its exit status.
package struct PluginReport: Sendable, Hashable {
    /// Without a line feed, and without anything that would end the line or command a terminal.
    package let line: String
    /// The exit status.
    package let status: Int32
}
