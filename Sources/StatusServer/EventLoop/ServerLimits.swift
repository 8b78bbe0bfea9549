import Configuration
import HTTP

extension Limits {
    /// The bounds on one connection that the settings name.
    init(_ settings: Configuration.HTTP) {
        self.init(
            requestLine: settings.requestLineSize,
            head: settings.headSize,
            fieldCount: settings.fields,
            content: settings.contentSize,
            requestsPerConnection: settings.requestsPerConnection,
            pendingOutput: settings.pendingOutput,
            headerDeadline: settings.headerTimeout,
            contentDeadline: settings.contentTimeout,
            idleTimeout: settings.idleTimeout,
            writeDeadline: settings.writeTimeout,
            lingerTime: settings.lingerTimeout)
    }
}
