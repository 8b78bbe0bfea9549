/// What is known of one network namespace of the host.
package struct NamespaceReport: Hashable, Sendable {
    /// Its name, and what that was made from.
    package var label: NamespaceLabel
    /// The inode of the namespace's file.
    package var inode: UInt64
    /// Its kernel facts; nil before the first visit.
    package var kernel: KernelFacts?
    /// Listeners whose port lies in its ephemeral range, and its self-connections.
    package var census = SocketCensus()
    /// Listeners in its range that are not in the census, because there are too many.
    package var omittedListeners = 0
    /// When it was visited last; nil if it never was.
    package var visited: Timestamp?
    /// The processor time that this visit took.
    package var cost = Duration.zero
    /// When all of its connections were known last.
    package var connectionsSeen: Timestamp?
    /// Why the last visit failed.
    package var fault: String?

    /// A namespace that was not visited yet.
    package init(_ label: NamespaceLabel, inode: UInt64) {
        self.label = label
        self.inode = inode
    }

    /// As targets and events name it; nil: the daemon's own.
    package var name: String? { label.origin == .own ? nil : label.text }
}
