package import Linux
package import SelfConnect

/// Where a network namespace of the host is found, and what its name is made of.
package struct NamespacePlace: Hashable, Sendable {
    /// Of the namespace's file.
    package let inode: UInt64
    /// Files that stand for it: those of no process first.
    package let paths: [String]

    /// The place of a namespace that a scan found; `proc` is where processes are seen.
    package init(_ found: FoundNamespace, proc: String = "/proc") {
        inode = found.inode
        paths = found.paths + found.processes.map { "\(proc)/\($0)/ns/net" }
    }

    /// Whether one of the files still stands for it. Nothing is opened.
    var isCurrent: Bool { paths.contains { (try? NetworkNamespace.inode(of: $0)) == inode } }
}

extension NamespaceClues {
    /// What is to be found out about a namespace's name. Reads the control groups of a few of its processes, and enters the
    /// UTS namespace of one that belongs to a pod.
    package init(about found: FoundNamespace, processes: Processes = Processes()) {
        self.init(files: found.files)
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
