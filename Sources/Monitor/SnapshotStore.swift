// The shared data of the probe thread and its readers. Data flows in one direction: the probe thread publishes; HTTP
// and the status line for the service manager read.

package import SelfConnect
import Synchronization

/// The published snapshot.
package final class SnapshotStore: Sendable {
    private struct Contents {
        var snapshot: Snapshot?
        var generation = 0
    }

    private let contents = Mutex(Contents())
    private let published: @Sendable () -> Void

    /// An empty store; `published` is called after each publication, on the publishing thread.
    package init(published: @escaping @Sendable () -> Void = {}) {
        self.published = published
    }

    /// Replaces the published snapshot.
    package func publish(_ snapshot: Snapshot) {
        contents.withLock { contents in
            contents.snapshot = snapshot
            contents.generation += 1
        }
        published()
    }

    /// The last snapshot; nil before the first complete pass.
    package var snapshot: Snapshot? { contents.withLock { $0.snapshot } }

    /// The number of the last publication; 0 before the first complete pass. Cheaper than the snapshot.
    package var generation: Int { contents.withLock { $0.generation } }

    /// Whether the first pass is complete.
    package var isReady: Bool { contents.withLock { $0.snapshot != nil } }
}
