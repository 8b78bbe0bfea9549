/// What a line of the log looks like.
package enum LogFormat: String, CaseIterable, Hashable, Sendable {
    /// For people.
    case text
    /// One JSON object for each line.
    case json
}
