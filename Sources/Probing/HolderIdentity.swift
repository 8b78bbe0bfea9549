// The owner of a socket: user, systemd unit, process. Determined once per socket and cached: for known holders a pass
// only checks that the process still has the descriptor.

package import Linux
package import SelfConnect

/// Adds the names of their owners to holders.
package struct HolderIdentity: Sendable {
    private var controlGroups: ControlGroups
    private var users: PasswdFile
    private let processes: Processes
    private let clock: @Sendable () -> Duration
    private var known: [Key: Process] = [:]
    private var forgotten: [Key: Process] = [:]
    /// When `known` was empty.
    private var generationStart: Duration
    /// Created for the first holder of a pass that needs it.
    private var socketOwners: [UInt32: Processes.Owner]?
    /// The number of scans of all processes.
    private(set) var scans = 0

    /// Time until a process that was not found is searched again.
    private static let retry = Duration.seconds(60)
    /// The limits of one scan of all processes.
    private let scanTime: Duration
    private static let scanLimit = 200_000
    /// Number of sockets per generation of the cache, which has two.
    private static let capacity = 16384
    /// Duration of a generation: a socket that no pass has met for twice as long is not in the cache any more. Hosts that make
    /// many short-lived listeners would otherwise keep as many entries as the cache has room for.
    private static let generation = Duration.seconds(600)

    /// Names from these sources; `clock` returns the monotonic time. `scanTime` limits one scan of all processes.
    package init(
        controlGroups: ControlGroups = ControlGroups(), users: PasswdFile = PasswdFile(),
        processes: Processes = Processes(),
        scanTime: Duration = .milliseconds(200), clock: @escaping @Sendable () -> Duration = { Clock.monotonic }
    ) {
        self.controlGroups = controlGroups
        self.users = users
        self.processes = processes
        self.scanTime = scanTime
        self.clock = clock
        generationStart = clock()
    }

    /// The number of sockets whose owners are cached.
    var cachedCount: Int { known.count + forgotten.count }

    /// For a command, and for a start that fails: the user waits for the names, and the host may be busy.
    package static var ofCommand: HolderIdentity { HolderIdentity(scanTime: .seconds(5)) }

    /// Starts a pass, in which all processes are scanned at most once.
    package mutating func beginPass() {
        socketOwners = nil
        let now = clock()
        if now - generationStart >= Self.generation { startGeneration(at: now) }
    }

    /// The holder with its owner's names, as far as they are visible. A socket that its owner has closed has none.
    package mutating func complete(_ holder: Holder) -> Holder {
        let socket = holder.socket
        guard socket.inode != 0 else { return holder }
        let now = clock()
        let process = process(of: socket, at: now)
        // If the kernel does not report the socket's group, or the group was deleted, the group of its current owner is
        // used.
        let group = socket.controlGroup.flatMap { controlGroups.path(of: $0, at: now) } ?? process.controlGroup
        var holder = holder
        holder.user = users.name(of: socket.uid, at: now)
        holder.controlGroup = group
        holder.unit = group.flatMap { SystemdUnit(ofControlGroup: $0)?.name }
        holder.pid = process.owner?.pid
        holder.command = process.command
        switch holder.state {
        case .source: holder.reusesAddress = process.owner.flatMap { processes.reusesAddress(socket.inode, $0) }
        // A server sets it before it binds, and leaves it.
        case .listening, .bound: holder.reusesAddress = process.reusesAddress
        case .selfConnected, .timeWait: break
        }
        return holder
    }

    private struct Key: Hashable {
        var inode: UInt32
        var controlGroup: UInt64?
    }

    private struct Process {
        var owner: Processes.Owner?
        var command: String?
        var controlGroup: String?
        var reusesAddress: Bool?
        var foundAt: Duration
    }

    private mutating func process(of socket: SocketRecord, at now: Duration) -> Process {
        let key = Key(inode: socket.inode, controlGroup: socket.controlGroup)
        if let process = known[key] ?? forgotten[key], isCurrent(process, socket, at: now) {
            keep(process, key)
            return process
        }
        let process = find(socket, at: now)
        keep(process, key)
        return process
    }

    /// Sockets may change owners: a service manager passes them to a restarted service, a parent that exits to a
    /// worker.
    private func isCurrent(_ process: Process, _ socket: SocketRecord, at now: Duration) -> Bool {
        guard let owner = process.owner else { return now - process.foundAt < Self.retry }
        return processes.stillHas(socket.inode, owner)
    }

    private mutating func find(_ socket: SocketRecord, at now: Duration) -> Process {
        guard let owner = owner(of: socket.inode) else { return Process(foundAt: now) }
        return Process(
            owner: owner, command: processes.command(of: owner.pid),
            controlGroup: processes.controlGroup(of: owner.pid),
            reusesAddress: processes.reusesAddress(socket.inode, owner), foundAt: now)
    }

    private mutating func owner(of inode: UInt32) -> Processes.Owner? {
        if let socketOwners { return socketOwners[inode] }
        let owners = processes.socketOwners(within: scanTime, atMost: Self.scanLimit)
        scans += 1
        socketOwners = owners
        return owners[inode]
    }

    /// A two-generation cache: entries that are not used during the current generation are dropped.
    private mutating func keep(_ process: Process, _ key: Key) {
        if known.count >= Self.capacity, known[key] == nil { startGeneration(at: clock()) }
        known[key] = process
    }

    private mutating func startGeneration(at now: Duration) {
        forgotten = known
        known = [:]
        generationStart = now
    }
}
