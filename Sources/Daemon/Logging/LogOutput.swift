import Logging

/// The backend of a logger: a shared sink, and the logger's own metadata and level.
struct LogOutput: LogHandler {
    /// Added to every line.
    var metadata: Logger.Metadata = [:]
    private let sink: LogSink
    private var ownLevel: Logger.Level?

    /// An output to a sink.
    init(_ sink: LogSink) {
        self.sink = sink
    }

    /// The least severe level that is written: the sink's, unless this logger has its own.
    var logLevel: Logger.Level {
        get { ownLevel ?? sink.level }
        set { ownLevel = newValue }
    }

    /// One entry of `metadata`.
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
        sink.write(LogLine(level: event.level, message: "\(event.message)", metadata: fields.mapValues { "\($0)" }))
    }
}
