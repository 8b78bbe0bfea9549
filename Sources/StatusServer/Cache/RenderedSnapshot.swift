import Reporting
import SelfConnect

/// A snapshot, with data that several of its documents share. On the HTTP thread only.
final class RenderedSnapshot {
    let snapshot: Snapshot
    /// Encoded at first use.
    private(set) lazy var targets = TargetList(snapshot.targets, TargetContext(snapshot))
    /// Created at first use.
    private(set) lazy var index = TargetIndex(snapshot.targets, TargetContext(snapshot))

    init(_ snapshot: Snapshot) { self.snapshot = snapshot }
}
