package import Linux
package import SelfConnect

/// The network namespaces of the host besides the calling thread's, with their names.
package struct HostNamespaces: Sendable {
    /// A namespace that is there.
    package struct Entry: Sendable, Hashable {
        package let label: NamespaceLabel
        package let place: NamespacePlace
    }

    /// Finds what there is at this moment.
    private let find: @Sendable () -> NamespaceScan
    private var labels = NamespaceLabels()
    /// Those that the last look found, by inode.
    package private(set) var entries: [Entry] = []
    /// Processes whose namespace could not be seen.
    package private(set) var hiddenProcesses = 0
    /// Whether there are more than are looked at.
    package private(set) var isTruncated = false

    /// The namespaces that `find` finds.
    package init(find: @escaping @Sendable () -> NamespaceScan = { NamespaceScan() }) {
        self.find = find
    }

    /// Looks for namespaces; the names of those that have gone, or have another name now.
    package mutating func refresh() -> [String] {
        let scan = find()
        (hiddenProcesses, isTruncated) = (scan.hiddenProcesses, scan.isTruncated)
        let present = Set(scan.namespaces.map(\.inode))
        var gone = entries.filter { !present.contains($0.place.inode) }.compactMap { labels.remove($0.place.inode) }
        for found in scan.namespaces where labels.wantsClues(about: found.inode) {
            if let old = labels.name(found.inode, from: NamespaceClues(about: found)) { gone.append(old) }
        }
        entries = scan.namespaces.compactMap { found in
            labels[found.inode].map { Entry(label: $0, place: NamespacePlace(found)) }
        }
        return gone.map(\.text)
    }

    /// Another namespace has the inode of one that was found: it is named anew with the next look.
    package mutating func forget(_ label: String) {
        guard let index = entries.firstIndex(where: { $0.label.text == label }) else { return }
        labels.remove(entries[index].place.inode)
        entries.remove(at: index)
    }

    /// The entry that people mean by `name`: its label, its container or one of its files.
    package func entry(named name: String) -> Entry? {
        entries.first { $0.label.text == name || $0.place.paths.contains(name) }
    }
}
