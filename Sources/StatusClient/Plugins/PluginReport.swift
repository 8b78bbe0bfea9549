/// The output of a monitoring plug-in: one line, and the exit status.
package struct PluginReport: Sendable, Hashable {
    /// Without a line feed and control characters.
    package let line: String
    /// The exit status.
    package let status: Int32
}
