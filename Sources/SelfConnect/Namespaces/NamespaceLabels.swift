/// The labels of the host's network namespaces: each has one of its own, and keeps it as long as it is there.
package struct NamespaceLabels: Sendable {
    private var labels: [UInt64: NamespaceLabel] = [:]
    private var inodes: [String: UInt64] = [:]

    /// None.
    package init() {}

    /// The label of a namespace, by its inode.
    package subscript(inode: UInt64) -> NamespaceLabel? { labels[inode] }

    /// The number of namespaces that have one.
    package var count: Int { labels.count }

    /// Whether the clues about this namespace are to be collected: it has no label, or one that may become better.
    package func wantsClues(about inode: UInt64) -> Bool { labels[inode]?.origin.isProvisional ?? true }

    /// Names a namespace.
    ///
    /// - Returns: the label that it had, if this one replaces it.
    @discardableResult
    package mutating func name(_ inode: UInt64, from clues: NamespaceClues) -> NamespaceLabel? {
        var label = NamespaceLabel(inode: inode, clues)
        // A control group can have a name that looks distinguished already: its creator chooses it.
        while let owner = inodes[label.text], owner != inode { label = label.distinguished(by: inode) }
        let old = labels[inode]
        guard label != old else { return nil }
        if let old { inodes[old.text] = nil }
        labels[inode] = label
        inodes[label.text] = inode
        return old
    }

    /// Forgets a namespace that has gone; the label that it had.
    @discardableResult
    package mutating func remove(_ inode: UInt64) -> NamespaceLabel? {
        guard let label = labels.removeValue(forKey: inode) else { return nil }
        inodes[label.text] = nil
        return label
    }
}
