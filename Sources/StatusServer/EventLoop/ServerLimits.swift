import Configuration
import HTTP

extension Limits {
    /// The configured limits on one connection.
    init(_ settings: Configuration.HTTP) {
        self.init(
            requestLine: settings.requestLineSize,
            head: settings.headSize,
            fieldCount: settings.fields,
            content: settings.contentSize,
            requestsPerConnection: settings.requestsPerConnection,
            pendingOutput: settings.pendingOutput,
            headerDeadline: settings.timeouts.header,
            contentDeadline: settings.timeouts.content,
            idleTimeout: settings.timeouts.idle,
            writeDeadline: settings.timeouts.write,
            lingerTime: settings.timeouts.linger)
    }
}
