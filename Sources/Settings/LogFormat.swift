/// What a line of the log looks like.
public enum LogFormat: String, CaseIterable, Hashable, Sendable {
    /// For people.
    case text
    /// One JSON object for each line.
    case json
}
