import SelfConnect
import Testing

/// What happens to targets when the configuration changes.
@Suite struct WatchlistAdoptionTests {
    private static func target(
        _ port: UInt16, _ name: String = "web", _ source: Target.Source = .configured, namespace: String? = nil
    ) -> Target {
        Target(name: name, endpoint: Endpoint(.loopback4, port), source: source, namespace: namespace)
    }

    private static func finding(_ target: Target, at seconds: Int64) -> Finding {
        let evidence = Evidence(
            endpoint: target.endpoint, clients: target.clients,
            kernel: KernelFacts(
                release: "6.1", ephemeralRange: PortRange(40000, 41000), reservedPorts: PortSet(ports: [])),
            address: AddressFacts(isOwn: true, routeSource: target.endpoint.address),
            skippedPorts: PortSet(ports: []))
        return Finding(target, at: Timestamp(nanoseconds: seconds * 1_000_000_000), evidence: evidence)
    }

    private static func listener(_ port: UInt16) -> Holder {
        let socket = SocketRecord(
            state: .listen, local: Endpoint(.loopback4, port), peer: Endpoint(.loopback4, 0), uid: 0, inode: 1)
        return Holder(state: .listening, socket: socket, conflicts: true)
    }

    /// A list of these targets, all surveyed, with a listener on 40004.
    private static func list(_ targets: [Target]) -> Watchlist {
        var list = Watchlist(targets, discovering: DiscoveryRules(keep: .seconds(60)))
        _ = list.follow([listener(40004)], at: .zero)
        for target in list.targets { _ = list.record(finding(target, at: 1)) }
        return list
    }

    private static func apply(
        _ targets: [Target], _ list: inout Watchlist, hostWide: [AllAddressesTarget] = [],
        listeners: [Holder]? = [listener(40004)], at now: Duration = .seconds(1)
    ) -> (changed: [Target], gone: [Target]) {
        list.apply(
            targets, discovering: DiscoveryRules(keep: .seconds(60)), hostWide: hostWide, on: [.loopback4],
            listeners: listeners, at: now)
    }

    @Test("Targets that stay keep their state; added and removed ones are returned") func stay() {
        let (one, two, three) = (Self.target(1), Self.target(2), Self.target(3))
        var list = Self.list([one, two])
        let before = list[one.id]
        let (changed, gone) = Self.apply([three, one], &list)
        #expect(changed == [three] && gone == [two])
        #expect(list[one.id] == before && before != nil)
        #expect(list[two.id] == nil && list[three.id] == nil)
        #expect(list.targets.map(\.endpoint.port) == [3, 1, 40004])
        #expect(!list.isComplete)
    }

    @Test("An endpoint in another namespace is another target") func namespaces() {
        var list = Self.list([Self.target(1)])
        let elsewhere = Self.target(1, namespace: "blue")
        let (changed, gone) = Self.apply([elsewhere], &list)
        #expect(changed == [elsewhere] && gone == [Self.target(1)] && list[elsewhere.id] == nil)
    }

    @Test("A target with another name or other client kinds is surveyed again and keeps its history") func renamed() {
        var list = Self.list([Self.target(1)])
        let renamed = Self.target(1, "proxy")
        #expect(Self.apply([renamed], &list).changed == [renamed])
        #expect(list[renamed.id]?.history.changes.count == 1)
        _ = list.record(Self.finding(renamed, at: 2))
        #expect(list[renamed.id]?.target == renamed && list[renamed.id]?.history.changes.count == 1)
    }

    @Test("A discovered target keeps its history when it becomes configured and when it stops being configured")
    func discovered() {
        var list = Self.list([])
        let named = Self.target(40004)
        let history = list[named.id]?.history
        #expect(history?.changes.count == 1)
        #expect(Self.apply([named], &list).changed == [named])
        #expect(list.targets == [named] && list[named.id]?.history == history)
        let (changed, gone) = Self.apply([], &list)
        #expect(changed.map(\.source) == [.discovered] && gone == [])
        #expect(list[named.id]?.history == history)
    }

    @Test("Redirected ports of an address are known from its targets or from earlier probes")
    func redirectedPorts() {
        var list = Watchlist(
            [Self.target(40_002), Self.target(40_004), Self.target(40_006, namespace: "blue")],
            discovering: DiscoveryRules(keep: .seconds(60)))
        for target in list.targets {
            var finding = Self.finding(target, at: 1)
            finding.evidence.probes.isRedirected = target.endpoint.port != 40_004
            _ = list.record(finding)
        }
        let remembered = PortSet(ports: [40_004, 40_008])
        #expect(list.redirectedPorts(on: .loopback4, correcting: remembered) == PortSet(ports: [40_002, 40_008]))
        #expect(list.redirectedPorts(on: .loopback6, correcting: remembered) == remembered)
    }

    @Test("A discovered target whose listener has gone keeps its expiry time") func keptDiscovery() {
        var list = Self.list([])
        #expect(Self.apply([Self.target(1)], &list, listeners: []).gone == [])
        #expect(list.target(Target.ID(Endpoint(.loopback4, 40004))) != nil)
        #expect(list.follow([], at: .seconds(60)).forgotten.isEmpty)
        #expect(list.follow([], at: .seconds(61)).forgotten.map(\.endpoint.port) == [40004])
    }

    @Test("Without discovery the discovered targets are removed") func noDiscovery() {
        var list = Self.list([Self.target(1)])
        let gone = Self.apply([Self.target(1)], &list, listeners: nil).gone
        #expect(gone.map(\.endpoint.port) == [40004] && list.targets == [Self.target(1)])
    }

    @Test("An entry for all addresses is added and removed with the history of its endpoints") func hostWide() throws {
        var list = Self.list([Self.target(1)])
        let entry = AllAddressesTarget(name: "all", ports: PortSet(ports: [1]), clients: [.connect])
        #expect(Self.apply([], &list, hostWide: [entry]).changed.map(\.name) == ["all"])
        #expect(list[Self.target(1).id]?.history.changes.count == 1)
        #expect(Self.apply([], &list).gone.map(\.name) == ["all"])
        #expect(list.follow([], on: [.loopback4]).forgotten.isEmpty)
    }
}
