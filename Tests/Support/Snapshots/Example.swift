// A host with a target of each verdict, for the golden files.

package import SelfConnect

package enum Example {
    package static let kernel = KernelFacts(
        release: "6.18.44", ephemeralRange: PortRange(40000, 41000), reservedPorts: PortSet([PortRange(40500, 40509)]))

    /// 2026-01-31T08:05:00Z plus this many seconds.
    package static func moment(_ seconds: Int64 = 0) -> Timestamp {
        Timestamp(nanoseconds: (1_769_846_700 + seconds) * 1_000_000_000)
    }

    package static let service = ServiceFacts(
        hostname: "db1.example.org", started: moment(), configurationPath: "/etc/selfconnectd/selfconnectd.yaml",
        lastReload: moment(),
        listeners: [ServiceFacts.Listener(endpoint: Endpoint(.loopback4, 9293), isOutsideEphemeralRange: true)])

    package static var snapshot: Snapshot {
        var statistics = ProbeStatistics()
        for watched in targets {
            for probe in watched.finding.evidence.probes.directed.values { statistics.count(probe, of: .directed) }
            if let loop = watched.loop { statistics.count(loop, of: .loop) }
            statistics.count(watched.current)
        }
        statistics.countDrift()
        return Snapshot(
            targets: targets, drift: Drift(kernel), counters: SnapshotCounters(probes: statistics),
            times: SnapshotTimes(lastPass: moment(12)))
    }

    package static let remedies = LastingRemedies(targets.map(\.finding))

    /// The targets that are safe.
    package static var calm: Snapshot {
        var snapshot = snapshot
        snapshot.targets = targets.filter { $0.finding.assessment.severity == .ok }
        return snapshot
    }

    /// A stolen port whose page is as long as they get.
    package static func manySockets(_ port: UInt16) -> WatchedTarget {
        target(
            "a name of some length", port, .notAvailable,
            [holder(.source, port, peer: 443, unit: "a-service-with-a-name.service", pid: 4_194_304)])
    }

    /// In the order of the verdicts.
    package static let targets: [WatchedTarget] = [
        target("cron", 40010, .notAvailable, [holder(.selfConnected, 40010, peer: 40010, unit: "cron.service")]),
        target("web", 40012, .notAvailable, [holder(.source, 40012, peer: 443)]),
        exposed,
        target("hdfs", 40004, .notAvailable, [holder(.listening, 40004, peer: 0, unit: "hdfs.service", pid: 812)]),
        target("filtered", 40006, .timedOut),
        guarded,
        redirected,
        target("kept \"out\" \\ of\nit", 40505, .notAvailable),
        target("far", 30000, nil),
        target("elsewhere", 40002, nil, address: IPAddress.v4(IPv4Address(bits: 0xC000_0201)), isOwn: false),
    ]

    private static var guarded: WatchedTarget {
        let watched = target("spare", 40014, .notAvailable)
        var evidence = watched.finding.evidence
        evidence.sockets.guards = [.loopback4]
        var found = WatchedTarget(Finding(watched.target, at: moment(1), evidence: evidence))
        found.guardState = .held(since: moment())
        return found
    }

    private static var redirected: WatchedTarget {
        var watched = target("node-port", 40008, .reachedListener)
        var evidence = watched.finding.evidence
        evidence.probes.isRedirected = true
        watched = WatchedTarget(Finding(watched.target, at: moment(1), evidence: evidence))
        return watched
    }

    private static var exposed: WatchedTarget {
        var watched = target("open", 40002, .selfConnected)
        _ = watched.record(
            Finding(watched.target, at: moment(5), evidence: target("open", 40002, .notAvailable).finding.evidence))
        _ = watched.record(
            Finding(watched.target, at: moment(10), evidence: target("open", 40002, .selfConnected).finding.evidence))
        watched.record(
            loop: Observation(
                client: .connect, outcome: .selfConnected, at: moment(11), attempts: 439, elapsed: .milliseconds(2),
                local: watched.target.endpoint, peer: watched.target.endpoint))
        return watched
    }

    /// The route has another source, so only clients that bind their source address can self-connect; these are not
    /// configured.
    package static var noticed: WatchedTarget {
        let endpoint = Endpoint(.loopback4, 40004)
        let evidence = Evidence(
            endpoint: endpoint, clients: [.connect], kernel: kernel,
            address: AddressFacts(isOwn: true, routeSource: IPAddress.v4(IPv4Address(bits: 0xC000_0201))),
            skippedPorts: kernel.reservedPorts,
            probes: ProbeResults(directed: [
                .connect: observation(.refused, endpoint), .bindLate: observation(.selfConnected, endpoint, .bindLate),
            ]))
        return WatchedTarget(Finding(Target(name: "odd", endpoint: endpoint), at: moment(1), evidence: evidence))
    }

    private static func target(
        _ name: String, _ port: UInt16, _ outcome: Observation.Outcome?, _ holders: [Holder] = [],
        address: IPAddress = .loopback4, isOwn: Bool = true
    ) -> WatchedTarget {
        let endpoint = Endpoint(address, port)
        let evidence = Evidence(
            endpoint: endpoint, clients: [.connect], kernel: kernel,
            address: AddressFacts(isOwn: isOwn, routeSource: isOwn ? address : nil),
            sockets: PortSockets(holders: holders),
            skippedPorts: kernel.reservedPorts,
            probes: ProbeResults(
                directed: outcome.map {
                    [.connect: observation($0, endpoint), .bind: observation($0, endpoint, .bind)]
                } ?? [:]))
        return WatchedTarget(Finding(Target(name: name, endpoint: endpoint), at: moment(1), evidence: evidence))
    }

    private static func observation(
        _ outcome: Observation.Outcome, _ endpoint: Endpoint, _ client: ClientKind = .connect
    ) -> Observation {
        let isConnected = outcome == .selfConnected
        return Observation(
            client: client, outcome: outcome, at: moment(1), attempts: 1, elapsed: .microseconds(30),
            local: isConnected ? endpoint : nil, peer: isConnected ? endpoint : nil,
            error: isConnected ? nil : outcome == .timedOut ? "EINPROGRESS" : "EADDRNOTAVAIL")
    }

    private static func holder(
        _ state: Holder.State, _ port: UInt16, peer: UInt16, unit: String? = nil, pid: Int32? = nil
    ) -> Holder {
        var socket = SocketRecord(
            state: state == .listening ? .listen : .established, local: Endpoint(.loopback4, port),
            peer: Endpoint(.loopback4, peer), uid: 112, inode: 7)
        if state == .selfConnected { socket.selfConnection = .proved }
        return Holder(
            state: state, socket: socket, conflicts: true, unit: unit, pid: pid, command: pid.map { _ in "java" })
    }
}
