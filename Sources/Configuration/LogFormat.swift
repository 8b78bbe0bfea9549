/// The format of a log line.
package enum LogFormat: String, CaseIterable, Hashable, Sendable {
    /// For people.
    case text
    /// One JSON object per line.
    case json
}
