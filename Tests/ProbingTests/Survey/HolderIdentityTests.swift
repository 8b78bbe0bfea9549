import Glibc
import Linux
import SelfConnect
import Synchronization
import TestSupport
import Testing

@testable import Probing

/// A clock that only changes when set.
private final class StoppedClock: Sendable {
    private let now = Mutex(Duration.zero)

    var time: Duration { now.withLock { $0 } }

    func advance(_ step: Duration) { now.withLock { $0 += step } }
}

@Suite struct HolderIdentityTests {
    private static func holder(_ inode: UInt32, uid: UInt32 = 0, group: UInt64? = nil) -> Holder {
        let socket = SocketRecord(
            state: .listen, local: Endpoint(.loopback4, 40004), peer: Endpoint(.loopback4, 0), uid: uid, inode: inode,
            controlGroup: group)
        return Holder(state: .listening, socket: socket, conflicts: true)
    }

    private static func identity(_ tree: TemporaryTree, _ clock: StoppedClock) throws -> HolderIdentity {
        HolderIdentity(
            controlGroups: ControlGroups(mountInfo: tree.path + "/mountinfo"),
            users: PasswdFile(path: try tree.file("passwd", "alice:x:1000:1000:::\n")),
            processes: Processes(root: try tree.directory("proc")), clock: { clock.time })
    }

    @Test(.enabled(if: ScratchControlGroup.isAvailable && PrivateNetwork.isAvailable))
    func `a survey reports a listener's unit, user, process and addresses`() throws {
        let group = try ScratchControlGroup(".service")
        let (assessment, pid) = try PrivateNetwork.run {
            let process = try ListeningProcess(on: "0.0.0.0", port: 40004, in: group, as: 65534)
            defer { extendLifetime(process) }
            // Other tests keep thousands of descriptors open meanwhile and load the machine.
            let identity = HolderIdentity(scanTime: .seconds(10))
            var survey = try Survey(timeout: .milliseconds(250), identity: identity)
            let target = Target(name: "x", endpoint: Endpoint(.loopback4, 40004))
            let finding = try survey.survey(target, in: try survey.readState())
            return (finding.assessment, process.pid)
        }
        let holder = try #require(assessment.holder)
        let unit = String(group.path.dropFirst())
        #expect(holder.state == .listening)
        #expect(holder.unit == unit)
        #expect(holder.controlGroup == group.path)
        #expect(holder.socket.uid == 65534)
        #expect(holder.user == "nobody")
        #expect(holder.pid == pid)
        #expect(holder.command == "perl")
        #expect(assessment.reason.contains("a listener of \(unit) on all IPv4 addresses (0.0.0.0:40004)"))
    }

    @Test(.enabled(if: ScratchControlGroup.isAvailable && PrivateNetwork.isAvailable))
    func `a group without a unit is reported with its path`() throws {
        let group = try ScratchControlGroup("-plain")
        let holder = try PrivateNetwork.run {
            let process = try ListeningProcess(on: "127.0.0.1", port: 40004, in: group)
            defer { extendLifetime(process) }
            var survey = try Survey(timeout: .milliseconds(250))
            let target = Target(name: "x", endpoint: Endpoint(.loopback4, 40004))
            return try survey.survey(target, in: try survey.readState()).assessment.holder
        }
        #expect(holder?.unit == nil)
        #expect(holder?.controlGroup == group.path)
    }

    @Test func `processes are scanned once a pass, and not for known holders`() throws {
        let tree = try TemporaryTree()
        let clock = StoppedClock()
        var identity = try Self.identity(tree, clock)
        try tree.link("proc/12/fd/3", to: "socket:[777]")
        try tree.link("proc/13/fd/3", to: "socket:[778]")
        identity.beginPass()
        #expect(identity.complete(Self.holder(777, uid: 1000)).pid == 12)
        #expect(identity.complete(Self.holder(777, uid: 1000)).user == "alice")
        #expect(identity.complete(Self.holder(778)).pid == 13)
        #expect(identity.complete(Self.holder(779)).pid == nil)
        #expect(identity.scans == 1)
        identity.beginPass()
        for inode: UInt32 in 777...779 { _ = identity.complete(Self.holder(inode)) }
        #expect(identity.scans == 1)
    }

    @Test func `a process that was not visible is searched again a minute later`() throws {
        let tree = try TemporaryTree()
        let clock = StoppedClock()
        var identity = try Self.identity(tree, clock)
        #expect(identity.complete(Self.holder(777)).pid == nil)
        try tree.link("proc/12/fd/3", to: "socket:[777]")
        identity.beginPass()
        clock.advance(.seconds(59))
        #expect(identity.complete(Self.holder(777)).pid == nil)
        clock.advance(.seconds(1))
        #expect(identity.complete(Self.holder(777)).pid == 12)
    }

    @Test func `sockets that have gone leave the cache, and those that passes meet stay`() throws {
        let tree = try TemporaryTree()
        let clock = StoppedClock()
        var identity = try Self.identity(tree, clock)
        try tree.link("proc/12/fd/3", to: "socket:[777]")
        for inode: UInt32 in 777..<1777 { _ = identity.complete(Self.holder(inode)) }
        #expect(identity.cachedCount == 1000)
        for _ in 0..<3 {
            clock.advance(.seconds(600))
            identity.beginPass()
            #expect(identity.complete(Self.holder(777)).pid == 12)
        }
        #expect(identity.cachedCount <= 2 && identity.scans == 1)
    }

    @Test func `a socket that was passed on is reported with its new process`() throws {
        let tree = try TemporaryTree()
        var identity = try Self.identity(tree, StoppedClock())
        try tree.link("proc/12/fd/3", to: "socket:[777]")
        try tree.file("proc/12/comm", "old\n")
        #expect(identity.complete(Self.holder(777)).command == "old")
        unlink(tree.path + "/proc/12/fd/3")
        try tree.link("proc/13/fd/9", to: "socket:[777]")
        try tree.file("proc/13/comm", "new\n")
        identity.beginPass()
        let holder = identity.complete(Self.holder(777))
        #expect(holder.pid == 13)
        #expect(holder.command == "new")
    }

    @Test func `if the socket's group is not visible, the unit is that of its process`() throws {
        let tree = try TemporaryTree()
        var identity = try Self.identity(tree, StoppedClock())
        try tree.link("proc/12/fd/3", to: "socket:[777]")
        try tree.file("proc/12/cgroup", "0::/system.slice/ssh.service\n")
        #expect(identity.complete(Self.holder(777)).unit == "ssh.service")
        #expect(identity.complete(Self.holder(777, group: 1 << 60)).unit == "ssh.service")
    }

    @Test func `a socket that its owner has closed has no owner`() throws {
        let tree = try TemporaryTree()
        var identity = HolderIdentity(users: PasswdFile(path: try tree.file("passwd", "root:x:0:0:::\n")))
        #expect(identity.complete(Self.holder(0)) == Self.holder(0))
        #expect(identity.scans == 0)
    }
}
