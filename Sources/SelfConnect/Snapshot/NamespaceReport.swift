/// What is known of one network namespace of the host.
public struct NamespaceReport: Hashable, Sendable {
    /// Its name, and what that was made from.
    public var label: NamespaceLabel
    /// Of its file.
    public var inode: UInt64
    /// Its kernel facts; nil before the first visit.
    public var kernel: KernelFacts?
    /// Listeners whose port lies in its ephemeral range, and its self-connections.
    public var census = SocketCensus()
    /// Listeners in its range that are not in the census, because there are too many.
    public var omittedListeners = 0
    /// When it was visited last; nil if it never was.
    public var visited: Timestamp?
    /// The processor time that this visit took.
    public var cost = Duration.zero
    /// When all of its connections were known last.
    public var connectionsSeen: Timestamp?
    /// Why the last visit failed.
    public var fault: String?

    /// A namespace that was not visited yet.
    public init(_ label: NamespaceLabel, inode: UInt64) {
        self.label = label
        self.inode = inode
    }

    /// As targets and events name it; nil: the daemon's own.
    public var name: String? { label.origin == .own ? nil : label.text }
}
