import Linux
import Probing
import SelfConnect
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct HostNamespacesTests {
    @Test func `A namespace that a truncated scan does not show has gone only if its file does not stand for it`()
        throws
    {
        let tree = try TemporaryTree()
        _ = try tree.directory("proc/7")
        try PrivateNetwork.run { [proc = tree.path + "/proc"] in
            var namespaces = try HeldNamespaces()
            try namespaces.make("blue") {}
            try namespaces.make("zone") {}
            let folder = namespaces.path
            let scans = Scans([
                NamespaceScan(proc: "/nonexistent", directories: [folder]),
                NamespaceScan(proc: proc, directories: [], within: .zero),
            ])
            var host = HostNamespaces { scans.next() }
            #expect(host.refresh().isEmpty && host.entries.count == 2 && !host.isTruncated)
            #expect(host.refresh().isEmpty && host.entries.count == 2 && host.isTruncated)
            namespaces.close("blue")
            #expect(host.refresh() == ["\(folder)/blue"])
            #expect(host.entries.map(\.label.text) == ["\(folder)/zone"])
        }
    }

    @Test func `A namespace with the inode of one that has gone gets another name, unless one of its files stays`()
        throws
    {
        func scan(_ files: String...) throws -> NamespaceScan {
            let tree = try TemporaryTree()
            _ = try tree.directory("proc/self")
            let mounts = files.map { "23 1 0:4 net:[101] /run/netns/\($0) rw - nsfs nsfs rw\n" }
            try tree.file("proc/self/mountinfo", mounts.joined())
            return NamespaceScan(proc: tree.path + "/proc", directories: [])
        }
        let scans = Scans([try scan("old"), try scan("old", "other"), try scan("other"), try scan("new")])
        var host = HostNamespaces { scans.next() }
        var steps: [[String]] = []
        for _ in 0..<4 { steps.append(host.refresh() + ["now"] + host.entries.map(\.label.text)) }
        #expect(steps == [["now", "old"], ["now", "old"], ["now", "old"], ["old", "now", "new"]])
    }
}

/// Scans one after another, the last one again and again.
private final class Scans: Sendable {
    private let rest: Mutex<ArraySlice<NamespaceScan>>

    init(_ scans: [NamespaceScan]) {
        rest = Mutex(scans[...])
    }

    func next() -> NamespaceScan {
        rest.withLock { $0.count > 1 ? $0.removeFirst() : $0[$0.startIndex] }
    }
}
