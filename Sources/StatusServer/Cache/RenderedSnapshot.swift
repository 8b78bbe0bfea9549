import Reporting
import SelfConnect

/// A snapshot, with data that several of its documents share. On the HTTP thread only.
final class RenderedSnapshot {
    let snapshot: Snapshot
    /// Encoded when it is first asked for.
    private(set) lazy var targets = TargetList(snapshot.targets, snapshot.remedies)
    /// Made when one is first asked for.
    private(set) lazy var index = TargetIndex(snapshot.targets, snapshot.remedies)

    init(_ snapshot: Snapshot) { self.snapshot = snapshot }
}
