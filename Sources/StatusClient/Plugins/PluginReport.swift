/// The output of a monitoring plug-in, and the exit status.
package struct PluginReport: Sendable, Hashable {
    /// Without a line feed and control characters.
    package let line: String
    /// More lines, for systems that show them.
    package var details: [String] = []
    /// The exit status.
    package let status: Int32

    /// What is printed, without the last line feed.
    package var text: String { ([line] + details).joined(separator: "\n") }
}
