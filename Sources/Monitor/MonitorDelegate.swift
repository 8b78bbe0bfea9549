package import SelfConnect

/// What the probe thread reports besides snapshots. Called on that thread; must not block.
package protocol MonitorDelegate: Sendable {
    /// Events of a step, and how many more of it were omitted.
    func didRecord(_ events: [Event], omitted: Int)
    /// Endpoints that cannot be watched, or can be again.
    func didNotice(_ notice: WatchNotice)
    /// The kernel could not be queried, for another reason than before.
    func didFail(_ fault: String)
    /// The kernel's events are now followed, or no longer.
    func didChangeEventStream(_ state: EventStream.State)
    /// The first pass makes progress, but takes so long that a start may time out.
    func isStillStarting(needing time: Duration)
}
