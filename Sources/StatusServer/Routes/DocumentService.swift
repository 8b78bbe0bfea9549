// Rendering the documents of thousands of targets takes a fraction of a second. Health checks and other clients must not
// wait for it: the documents of large snapshots are rendered on a thread of their own, which ends when no request is left.

import HTTP
import Linux
import Synchronization

/// Answers requests for documents, at once or later.
final class DocumentService: Sendable {
    /// A response that was rendered in the background.
    struct Finished: Sendable {
        /// The client's.
        let token: UInt64
        let wanted: DocumentRequest
        /// Nil: there is no such target.
        let response: Response?
    }

    private struct Queue {
        /// One request per open connection at most.
        var waiting: [(token: UInt64, wanted: DocumentRequest)] = []
        var finished: [Finished] = []
        var hasThread = false
    }

    /// In use by the background thread for as long as it renders a document.
    private let documents: Mutex<StatusDocuments>
    private let queue = ConditionMutex(Queue())
    /// Called on the background thread when a response is finished.
    private let notify: @Sendable () -> Void

    init(_ source: any StatusProvider, notify: @escaping @Sendable () -> Void) {
        self.notify = notify
        documents = Mutex(StatusDocuments(source))
    }

    // MARK: HTTP thread

    /// The response to a request, or nil if it will be finished in the background.
    ///
    /// - Parameters:
    ///   - token: identifies the client.
    ///   - isLarge: whether the snapshot is too large for this thread.
    func answer(_ wanted: DocumentRequest, for token: UInt64, isLarge: Bool, at now: Duration) -> Finished? {
        if !isLarge, let finished = documents.withLockIfAvailable({ Self.answer(wanted, for: token, of: $0, at: now) })
        {
            return finished
        }
        let needsThread = queue.withLock { queue in
            queue.waiting.append((token, wanted))
            defer { queue.hasThread = true }
            return !queue.hasThread
        }
        if needsThread { startThread() }
        return nil
    }

    /// The next response that was finished in the background; nil if there is none now.
    func nextFinished() -> Finished? {
        queue.withLock { $0.finished.isEmpty ? nil : $0.finished.removeFirst() }
    }

    /// Waits until a response is finished, a second at most.
    ///
    /// - Returns: whether one is; false at once if no request waits.
    func waitForFinished() -> Bool {
        queue.wait(until: Clock.monotonic + .seconds(1)) { queue in
            guard queue.finished.isEmpty else { return true }
            return queue.hasThread ? nil : false
        } ?? false
    }

    /// Forgets the request of a client that has gone.
    func cancel(_ token: UInt64) {
        queue.withLock { queue in
            queue.waiting.removeAll { $0.token == token }
            queue.finished.removeAll { $0.token == token }
        }
    }

    /// Removes the documents and their snapshot when there is a newer one: the next request may come much later.
    func forgetOutdated(at now: Duration) {
        // If the lock is not available, the background thread does it when it ends.
        _ = documents.withLockIfAvailable { $0.forgetOutdated(at: now) }
    }

    // MARK: Background thread

    private func startThread() {
        do throws(SystemCallError) {
            try Thread.start(name: "documents") { self.render() }
        } catch {
            // There are too many threads: then this one does the work.
            render()
        }
    }

    /// Answers the requests that wait, until none is left.
    private func render() {
        while let (token, wanted) = next() {
            let finished = documents.withLock { Self.answer(wanted, for: token, of: $0, at: Clock.monotonic) }
            queue.withLock { $0.finished.append(finished) }
            notify()
        }
    }

    private func next() -> (token: UInt64, wanted: DocumentRequest)? {
        if let first = queue.withLock({ $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }) { return first }
        // Before the end: until then the other thread could not.
        documents.withLock { $0.forgetOutdated(at: Clock.monotonic) }
        return queue.withLock { queue in
            queue.hasThread = !queue.waiting.isEmpty
            return queue.hasThread ? queue.waiting.removeFirst() : nil
        }
    }

    private static func answer(
        _ wanted: DocumentRequest, for token: UInt64, of documents: StatusDocuments, at now: Duration
    ) -> Finished {
        Finished(token: token, wanted: wanted, response: documents.answer(wanted, at: now))
    }
}
