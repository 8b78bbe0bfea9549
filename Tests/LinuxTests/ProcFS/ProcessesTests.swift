import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite struct ProcessesTests {
    private static func processes(_ tree: TemporaryTree) throws -> Processes {
        try tree.link("12/fd/3", to: "socket:[777]")
        try tree.link("12/fd/4", to: "socket:[778]")
        try tree.link("12/fd/5", to: "/dev/null")
        try tree.link("12/fd/6", to: "socket:[99999999999]")
        try tree.link("12/fd/7", to: "socket:[]")
        try tree.link("12/fd/8", to: "pipe:[779]")
        try tree.file("12/comm", "nginx: master\n")
        try tree.directory("13")  // no visible descriptors
        try tree.link("self/fd/0", to: "socket:[780]")
        return Processes(root: tree.path)
    }

    private static func owners(_ processes: Processes, atMost limit: Int = 1000) -> [UInt32: Int32] {
        processes.socketOwners(within: .seconds(90), atMost: limit).mapValues(\.pid)
    }

    @Test func `sockets are found through the descriptors of processes`() throws {
        let tree = try TemporaryTree()
        let processes = try Self.processes(tree)
        #expect(Self.owners(processes) == [777: 12, 778: 12])
        #expect(processes.command(of: 12) == "nginx: master")
        #expect(processes.command(of: 13) == nil)
    }

    @Test func `the search ends at its limits, which count descriptors of every kind`() throws {
        let crowd = try TemporaryTree()
        for process in 1...20 {
            for descriptor in 0..<5 {
                try crowd.link("\(process)/fd/\(descriptor)", to: "/dev/null")
                try crowd.link("\(process)/fd/\(5 + descriptor)", to: "socket:[\(process * 100 + descriptor)]")
            }
        }
        #expect(Self.owners(Processes(root: crowd.path), atMost: 100).count == 50)

        let tree = try TemporaryTree()
        let processes = try Self.processes(tree)
        try tree.link("14/fd/0", to: "socket:[790]")
        #expect(processes.socketOwners(within: .zero, atMost: 1000).count <= 2, "one process")
    }

    @Test func `a /proc that shows no process is not an error`() throws {
        let tree = try TemporaryTree()
        #expect(Self.owners(Processes(root: tree.path)).isEmpty)
        #expect(Self.owners(Processes(root: "/nonexistent")).isEmpty)
    }

    @Test(arguments: [
        ("0::/system.slice/ssh.service\n", "/system.slice/ssh.service"),
        ("12:pids:/x\n1:name=systemd:/system.slice/a.service\n0::/\n", "/system.slice/a.service"),
        ("3:pids:/docker/1:2\n0::/docker/a:b\n", "/docker/a:b"),
        ("3:pids:/only-version-1\n", nil),
        ("", nil),
    ]) func `a process's group is that of the hierarchy that systemd uses`(_ text: String, _ path: String?) throws {
        let tree = try TemporaryTree()
        try tree.file("12/cgroup", text)
        #expect(Processes(root: tree.path).controlGroup(of: 12) == path)
    }

    @Test(.enabled(if: PrivateNetwork.isAvailable))
    func `a real listener's process is found, until it closes the socket`() throws {
        try PrivateNetwork.run {
            let processes = Processes()
            var sockets = try SockDiag()
            var inode: UInt32 = 0
            var owner: Processes.Owner?
            do {
                let process = try ListeningProcess(on: "127.0.0.1", port: 40004)
                defer { extendLifetime(process) }
                inode = try #require(try sockets.table(port: 40004).sockets(on: 40004).first?.inode)
                owner = processes.socketOwners(within: .seconds(90), atMost: 1_000_000)[inode]
                #expect(owner?.pid == process.pid)
                #expect(processes.command(of: process.pid) == "perl")
                #expect(processes.stillHas(inode, try #require(owner)))
            }
            #expect(!processes.stillHas(inode, try #require(owner)))
        }
    }
}
