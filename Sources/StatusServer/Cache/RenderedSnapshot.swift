import Reporting
import SelfConnect

/// A snapshot, with data that several of its documents share.
final class RenderedSnapshot {
    let snapshot: Snapshot
    /// What the documents of targets share.
    private lazy var context = TargetContext(snapshot)
    /// Encoded at first use.
    private(set) lazy var targets = TargetList(snapshot.targets, context)
    /// Created at first use.
    private(set) lazy var index = TargetIndex(snapshot.targets, context)
    /// What the pages share, created at first use.
    private(set) lazy var pages = PageSource(snapshot, context)

    init(_ snapshot: Snapshot) { self.snapshot = snapshot }
}
