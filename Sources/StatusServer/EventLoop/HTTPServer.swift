// The HTTP server on its own thread: an epoll loop, so that neither clients nor probes can block other clients.

import HTTP
package import Linux
package import Logging
import Synchronization

/// Serves HTTP until it is stopped.
package final class HTTPServer: Sendable {
    /// A configuration that the loop has not taken yet. The loop then is its only owner: a listener that a reload
    /// removes must be closed.
    private let newConfiguration: Mutex<ServerConfiguration?>
    private let connections: Atomic<Int>
    private let source: any StatusProvider
    private let logger: Logger
    private let wakeSignal: WakeSignal
    private let isStopping = Atomic(false)

    /// A server on listening sockets.
    package init(_ configuration: ServerConfiguration, source: any StatusProvider, logger: Logger)
        throws(SystemCallError)
    {
        newConfiguration = Mutex(configuration)
        connections = Atomic(configuration.connections.total)
        self.source = source
        self.logger = logger
        wakeSignal = try WakeSignal()
    }

    /// Serves on the calling thread until `stop` is called and responses in progress are written.
    package func run() throws(SystemCallError) {
        guard let configuration = takeConfiguration() else { return }
        let loop = try HTTPEventLoop(
            configuration,
            routes: StatusRoutes(
                source, configuration.access, detail: configuration.detail, notify: { [wakeSignal] in wakeSignal.set() }
            ),
            logger: logger)
        try loop.run(wokenBy: wakeSignal) {
            if self.isStopping.load(ordering: .acquiring) { return .stop }
            return self.takeConfiguration().map { .apply($0) }
        }
    }

    /// Makes `run` end.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        wake()
    }

    /// Makes the loop record a heartbeat, and look for documents that are finished.
    package func wake() {
        wakeSignal.set()
    }

    /// The maximum number of connections.
    package var connectionLimit: Int { connections.load(ordering: .relaxed) }

    /// Applies another configuration.
    package func apply(_ configuration: ServerConfiguration) {
        connections.store(configuration.connections.total, ordering: .relaxed)
        newConfiguration.withLock { $0 = configuration }
        wake()
    }

    private func takeConfiguration() -> ServerConfiguration? { newConfiguration.withLock { $0.take() } }
}
