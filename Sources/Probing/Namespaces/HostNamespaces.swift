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
    private var hasLooked = false
    /// The namespaces of the host, as far as known.
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
        hasLooked = true
        (hiddenProcesses, isTruncated) = (scan.hiddenProcesses, scan.isTruncated)
        let present = Set(scan.namespaces.map(\.inode))
        // What a truncated scan does not show may still be there.
        let unseen = entries.filter { !present.contains($0.place.inode) }
        let kept = isTruncated ? unseen.filter { $0.place.isCurrent } : []
        var gone = Set(unseen).subtracting(kept).compactMap { labels.remove($0.place.inode) }
        let known = Dictionary(entries.map { ($0.place.inode, $0.place) }) { first, _ in first }
        for found in scan.namespaces {
            // One that has gone before it was visited may have left its inode to another one.
            let isDoubtful = known[found.inode]?.sharesPath(with: NamespacePlace(found)) == false
            let doubted = isDoubtful ? labels.remove(found.inode) : nil
            guard labels.wantsClues(about: found.inode) else { continue }
            guard labels[found.inode] != nil || labels.count < NamespaceScan.limit else { continue }
            let old = labels.name(found.inode, from: NamespaceClues(about: found)) ?? doubted
            if let old, old != labels[found.inode] { gone.append(old) }
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

    /// The place of the namespace with this label, or of which this is a file; nil if the file that `name` means exists, or
    /// there is no such namespace. Looks through the host only without such a file, and once.
    package mutating func place(of name: String) -> NamespacePlace? {
        do throws(SystemCallError) {
            _ = try NetworkNamespace.inode(of: NamespaceName.path(of: name))
            return nil
        } catch {
            // A label can be longer than the name of a file.
            guard ["ENOENT", "ENAMETOOLONG"].contains(error.name) else { return nil }
            if !hasLooked { _ = refresh() }
            return entries.first { $0.label.text == name || $0.place.paths.contains(name) }?.place
        }
    }

    /// The namespace of a file or with a label.
    package static func open(_ name: String) throws(SystemCallError) -> NetworkNamespace {
        var host = HostNamespaces()
        return try NetworkNamespace.open(name, at: host.place(of: name))
    }
}
