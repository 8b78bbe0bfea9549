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
    /// Those that there are, as far as is known.
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
        // What a truncated scan does not show may still be there.
        let unseen = entries.filter { !present.contains($0.place.inode) }
        let kept = isTruncated ? unseen.filter { $0.place.isCurrent } : []
        var gone = Set(unseen).subtracting(kept).compactMap { labels.remove($0.place.inode) }
        for found in scan.namespaces where labels.wantsClues(about: found.inode) {
            guard labels[found.inode] != nil || labels.count < NamespaceScan.limit else { continue }
            if let old = labels.name(found.inode, from: NamespaceClues(about: found)) { gone.append(old) }
        }
        let seen = scan.namespaces.compactMap { found in
            labels[found.inode].map { Entry(label: $0, place: NamespacePlace(found)) }
        }
        entries = kept + seen
        return gone.map(\.text)
    }

    /// Another namespace has the inode of one that was found: it is named again by the next refresh.
    package mutating func forget(_ label: String) {
        guard let index = entries.firstIndex(where: { $0.label.text == label }) else { return }
        labels.remove(entries[index].place.inode)
        entries.remove(at: index)
    }

    /// The entry that people mean by `name`: its label, its container or one of its files.
    package func entry(named name: String) -> Entry? {
        entries.first { $0.label.text == name || $0.place.paths.contains(name) }
    }

    /// The place of the namespace with this label; nil if a file of this name exists, or there is no such namespace.
    package static func place(of label: String) -> NamespacePlace? {
        do throws(SystemCallError) {
            _ = try NetworkNamespace.open(NamespaceName.path(of: label))
            return nil
        } catch {
            var host = HostNamespaces()
            _ = host.refresh()
            return host.entry(named: label)?.place
        }
    }

    /// The namespace of a file or with a label.
    package static func open(_ name: String) throws(SystemCallError) -> NetworkNamespace {
        guard let place = place(of: name) else { return try NetworkNamespace.open(NamespaceName.path(of: name)) }
        return try NetworkNamespace.open(place.paths, inode: place.inode)
    }
}
