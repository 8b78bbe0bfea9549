package import Linux
import SelfConnect

/// Where a network namespace of the host is found.
package struct NamespacePlace: Hashable, Sendable {
    /// The inode of the namespace's file.
    package let inode: UInt64
    /// Files that stand for the namespace: those of no process first.
    package let paths: [String]

    /// The place of a namespace that a scan found.
    package init(_ found: FoundNamespace) {
        inode = found.inode
        paths = found.paths + found.processes.map { "/proc/\($0)/ns/net" }
    }

    /// Whether a file stands for both.
    func sharesPath(with other: NamespacePlace) -> Bool { paths.contains(where: other.paths.contains) }

    /// Whether one of the files still stands for it. Nothing is opened.
    var isCurrent: Bool { paths.contains { (try? NetworkNamespace.inode(of: $0)) == inode } }
}

extension NetworkNamespace {
    /// The namespace at this place; without one, that of the file with this name.
    static func open(_ name: String, at place: NamespacePlace?) throws(SystemCallError) -> NetworkNamespace {
        guard let place else { return try open(NamespaceName.path(of: name)) }
        return try open(place.paths, inode: place.inode)
    }
}

extension NamespaceClues {
    /// What is to be found out about a namespace's name. Reads the control groups of a few of its processes, and enters the
    /// UTS namespace of one that belongs to a pod.
    init(about found: FoundNamespace) {
        self.init(files: found.files)
        let processes = Processes()
        for process in found.processes {
            guard let group = processes.controlGroup(of: process) else { continue }
            // The process of a container has priority over a process that entered its namespace.
            guard controlGroup == nil || Container(controlGroup: group) != nil else { continue }
            controlGroup = group
            guard let container else { continue }
            hostName = container.pod == nil ? nil : HostNamespace.name(of: process)
            return
        }
    }
}
