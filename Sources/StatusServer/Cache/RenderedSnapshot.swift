import Reporting
import SelfConnect

/// A snapshot, and what several of its documents are made of. On the HTTP thread only.
final class RenderedSnapshot {
    let snapshot: Snapshot
    /// Encoded when it is first asked for.
    private(set) lazy var targets = TargetList(snapshot.targets, snapshot.failedConnects)
    /// Made when one is first asked for.
    private(set) lazy var index = TargetIndex(snapshot.targets, snapshot.failedConnects)

    init(_ snapshot: Snapshot) { self.snapshot = snapshot }
}
