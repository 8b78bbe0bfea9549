// A map with every outcome and every holder, and a snapshot with names that contain markup.

package import SelfConnect

package enum MapExample {
    /// For the range of `Example.kernel`, 40000-41000.
    package static let map = PortMap(
        of: .loopback4, kernel: Example.kernel, at: Example.moment(40), elapsed: .milliseconds(1500)
    ) { entries[$0] ?? PortMap.Entry(Example.kernel.reservedPorts.contains($0) ? .reserved : .selfConnected) }

    private static let entries: [UInt16: PortMap.Entry] = [
        40_004: PortMap.Entry(.notAvailable, .listening), 40_010: PortMap.Entry(.notAvailable, .selfConnected),
        40_012: PortMap.Entry(.selfConnected, .source), 40_020: PortMap.Entry(.notAvailable, .bound),
        40_022: PortMap.Entry(.notAvailable, .timeWait), 40_024: PortMap.Entry(.notAvailable),
        40_006: PortMap.Entry(.timedOut), 40_026: PortMap.Entry(.failed), 40_028: PortMap.Entry(.reachedListener),
        40_030: PortMap.Entry(.refused), 40_008: PortMap.Entry(.redirected),
        40_032: PortMap.Entry(.selfConnected, .timeWait),
        40_505: PortMap.Entry(.reserved, .listening), 41_000: PortMap.Entry(.skipped),
    ]

    /// All kinds of targets, sockets and events.
    package static var snapshot: Snapshot {
        var snapshot = Example.snapshot
        snapshot.map = .taken(map)
        snapshot.host.census.listeners = [listener(40_004, unit: "hdfs.service"), listener(40_505, command: hostile)]
        snapshot.host.census.selfConnections = Example.targets[0].finding.evidence.holders
        _ = snapshot.events.append(
            Example.targets.map { Event($0.current, of: $0.target) } + [
                Event(.drift, at: Example.moment(20), severity: .notice, "The choice has changed: \(hostile).")
            ])
        return snapshot
    }

    /// A possible name of another user's process.
    package static let hostile = "<script>alert('1')</script><img src=x onerror=\"a()\">&amp;\u{202E}\u{7}\u{FFFE}"

    package static func listener(_ port: UInt16, unit: String? = nil, command: String? = nil) -> Holder {
        let socket = SocketRecord(
            state: .listen, local: Endpoint(.loopback4, port), peer: Endpoint(.loopback4, 0), uid: 112, inode: 9)
        return Holder(
            state: .listening, socket: socket, conflicts: true, unit: unit, pid: command.map { _ in 99 },
            command: command)
    }

    /// A susceptible target with this name.
    package static func target(_ name: String, _ endpoint: Endpoint, namespace: String? = nil) -> WatchedTarget {
        let evidence = Evidence(
            endpoint: endpoint, clients: [.connect], kernel: Example.kernel,
            address: AddressFacts(isOwn: true, routeSource: endpoint.address))
        let target = Target(name: name, endpoint: endpoint, namespace: namespace)
        return WatchedTarget(Finding(target, at: Example.moment(), evidence: evidence))
    }
}
