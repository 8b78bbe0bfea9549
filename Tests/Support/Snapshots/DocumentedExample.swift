// The snapshot that docs/api.md and the OpenAPI description show: a host with one susceptible port.

package import SelfConnect

package enum DocumentedExample {
    private static let kernel = KernelFacts(
        release: "6.1.0", reservedPorts: PortSet([PortRange(33333, 33333), PortRange(40000, 40010)]),
        rangeWalksBothParities: false, showsBoundSockets: false)

    /// 2026-01-31T08:05:00.250Z plus this many milliseconds.
    private static func moment(_ milliseconds: Int64) -> Timestamp {
        Timestamp(nanoseconds: (1_769_846_700_250 + milliseconds) * 1_000_000)
    }

    package static let service: ServiceFacts = {
        var unix = ServiceFacts.Listener(path: "/run/selfconnectd/http.sock")
        unix.isOutsideEphemeralRange = true
        return ServiceFacts(
            hostname: "db1.example.org", started: moment(0),
            configurationPath: "/etc/selfconnectd/selfconnectd.yaml", lastReload: moment(0),
            listeners: [
                ServiceFacts.Listener(endpoint: Endpoint(.loopback4, 9293), isOutsideEphemeralRange: true), unix,
            ])
    }()

    package static let snapshot: Snapshot = {
        var census = SocketCensus()
        census.listeners = [holder(.listening, 50075, unit: "hdfs-datanode.service", command: "java")]
        var drift = Drift(KernelFacts(release: "6.1.0", rangeWalksBothParities: false, showsBoundSockets: false))
        _ = drift.record(kernel, at: moment(12_500))
        var events = EventLog()
        _ = events.append([Event(target.current, of: target.target)])
        return Snapshot(
            targets: [target], drift: drift, times: SnapshotTimes(lastPass: moment(12_500)),
            host: HostReport(census: census), events: events, map: .taken(map))
    }()

    /// A host with one container, whose server listens.
    package static let hostWithContainer: Snapshot = {
        var report = NamespaceReport(NamespaceLabel("docker:0123456789ab", .container), inode: 4_026_532_281)
        report.kernel = KernelFacts(release: "6.1.0")
        report.census.listeners = [holder(.listening, 50010)]
        (report.visited, report.connectionsSeen, report.cost) = (moment(12_500), moment(12_500), .microseconds(300))
        let target = Target(name: "java", endpoint: endpoint, source: .discovered, namespace: report.name)
        let held = evidence(report.census.listeners, .notAvailable)
        return Snapshot(
            targets: [WatchedTarget(Finding(target, at: moment(12_500), evidence: held))], drift: Drift(kernel),
            times: SnapshotTimes(lastPass: moment(12_500)), host: HostReport(namespaces: [report]))
    }()

    /// Its listener has gone.
    package static let target: WatchedTarget = {
        let held = evidence([holder(.listening, 50010, unit: "hdfs-datanode.service")], .notAvailable)
        let target = Target(name: "hdfs-datanode", endpoint: endpoint, clients: [.connect])
        var watched = WatchedTarget(Finding(target, at: moment(0), evidence: held))
        _ = watched.record(Finding(target, at: moment(12_500), evidence: evidence([], .selfConnected)))
        watched.record(
            loop: Observation(
                client: .connect, outcome: .selfConnected, at: moment(12_300), attempts: 11263,
                elapsed: .milliseconds(50), local: endpoint, peer: endpoint))
        return watched
    }()

    private static let endpoint = Endpoint(.loopback4, 50010)

    private static func evidence(_ holders: [Holder], _ outcome: Observation.Outcome) -> Evidence {
        let isConnected = outcome == .selfConnected
        let probe = Observation(
            client: .connect, outcome: outcome, at: moment(12_500), attempts: 1, elapsed: .microseconds(30),
            local: isConnected ? endpoint : nil, peer: isConnected ? endpoint : nil,
            error: isConnected ? nil : "EADDRNOTAVAIL")
        return Evidence(
            endpoint: endpoint, clients: [.connect], kernel: kernel,
            address: AddressFacts(isOwn: true, routeSource: .loopback4), sockets: PortSockets(holders: holders),
            skippedPorts: kernel.reservedPorts, probes: ProbeResults(directed: [.connect: probe]))
    }

    private static func holder(
        _ state: Holder.State, _ port: UInt16, unit: String? = nil, command: String? = nil
    ) -> Holder {
        let socket = SocketRecord(
            state: .listen, local: Endpoint(.loopback4, port), peer: Endpoint(.loopback4, 0), uid: 112, inode: 7)
        return Holder(
            state: state, socket: socket, conflicts: true, user: "hdfs", unit: unit, pid: 812, command: command)
    }

    private static let map = PortMap(
        of: .loopback4, kernel: kernel, at: moment(40_000), elapsed: .milliseconds(27_500)
    ) { port in
        switch port {
        case 33333, 40000...40010: PortMap.Entry(.reserved)
        case 50075: PortMap.Entry(.notAvailable, .listening)
        case 54322: PortMap.Entry(.selfConnected, .source)
        default: PortMap.Entry(.selfConnected)
        }
    }
}
