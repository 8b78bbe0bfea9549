import SelfConnect
import TestSupport
import Testing

/// Which listeners are watched after they have gone: those of servers, and not those on random ports.
@Suite struct QuietDiscoveryTests {
    private static let rules = DiscoveryRules(keep: .seconds(86_400), minimumAge: .seconds(600))

    private static func listener(_ port: UInt16, _ command: String = "server") -> Holder {
        let socket = SocketRecord(
            state: .listen, local: Endpoint(.loopback4, port), peer: Endpoint(.loopback4, 0), uid: 0, inode: 1)
        return Holder(state: .listening, socket: socket, conflicts: true, command: command)
    }

    /// A list that sees these ports, each from one moment to another, in passes ten seconds apart until `end`.
    private static func list(
        _ lives: [(port: UInt16, from: Int, to: Int)], until end: Int, by rules: DiscoveryRules = rules,
        command: String = "server"
    ) -> Watchlist {
        var list = Watchlist([], discovering: rules)
        for second in stride(from: 0, through: end, by: 10) {
            let present = lives.filter { $0.from <= second && second < $0.to }.map { listener($0.port, command) }
            _ = list.follow(present, at: .seconds(second))
        }
        return list
    }

    @Test("A short-lived listener leaves no target behind") func brief() {
        #expect(Self.list([(40_002, 0, 590)], until: 580).targets.map(\.endpoint.port) == [40_002])
        #expect(Self.list([(40_002, 0, 590)], until: 590).targets.isEmpty)
    }

    @Test("A listener that lived for the minimum age is watched for discover.keep after it has gone") func old() {
        #expect(Self.list([(40_002, 0, 601)], until: 610).targets.count == 1)
        #expect(Self.list([(40_002, 0, 601)], until: 600 + 86_400).targets.count == 1)
        #expect(Self.list([(40_002, 0, 601)], until: 600 + 86_410).targets.isEmpty)
    }

    @Test("A listener that comes back belongs to a restarting server and is watched after it has gone again")
    func restart() {
        let restart: [(UInt16, Int, Int)] = [(40_002, 0, 30), (40_002, 60, 90)]
        #expect(Self.list(restart, until: 50).targets.isEmpty)
        #expect(Self.list(restart, until: 600).targets.count == 1)
        let late: [(UInt16, Int, Int)] = [(40_002, 0, 30), (40_002, 1_000, 1_030)]
        #expect(Self.list(late, until: 1_030).targets.isEmpty)
    }

    @Test("A port that another program had before does not count as a listener that comes back") func other() {
        var list = Watchlist([], discovering: Self.rules)
        for (second, present) in [(0, [Self.listener(40_002)]), (10, []), (20, [Self.listener(40_002, "other")])] {
            _ = list.follow(present, at: .seconds(second))
        }
        #expect(list.follow([], at: .seconds(30)).forgotten.count == 1)
    }

    @Test("Without a minimum age every listener is watched after it has gone") func everyListener() {
        #expect(
            Self.list([(40_002, 0, 10)], until: 3_600, by: DiscoveryRules(keep: .seconds(3_600))).targets.count == 1)
    }

    @Test("Excluded ports are not discovered, and are no longer watched after a reload") func excluded() {
        let excluding = DiscoveryRules(keep: .seconds(60), excluding: PortSet([PortRange(40_002, 40_010)]))
        var list = Watchlist([], discovering: DiscoveryRules(keep: .seconds(60)))
        let listeners = [Self.listener(40_002), Self.listener(40_012)]
        #expect(list.follow(listeners, at: .zero).added.count == 2)
        let (changed, gone) = list.apply(
            [], discovering: excluding, hostWide: [], on: [], listeners: listeners, at: .seconds(1))
        #expect(changed == [] && gone.map(\.endpoint.port) == [40_002])
        #expect(list.follow(listeners, at: .seconds(2)).added == [])
    }

    @Test("A reload keeps the age of a listener") func reload() {
        var list = Watchlist([], discovering: Self.rules)
        _ = list.follow([Self.listener(40_002)], at: .zero)
        let (changed, gone) = list.apply(
            [], discovering: Self.rules, hostWide: [], on: [], listeners: [Self.listener(40_002)], at: .seconds(601))
        #expect(changed == [] && gone == [])
        #expect(list.follow([], at: .seconds(610)).forgotten == [] && list.targets.count == 1)
    }

    @Test("Programs that listen briefly on a thousand random ports leave no target", arguments: [1, 2, 3])
    func randomPorts(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // In ten minutes dozens of them come back to a port by chance.
        let lives: [(UInt16, Int, Int)] = (0..<1_000).map { _ in
            let start = Int.random(in: 0..<600, using: &generator)
            let port = UInt16.random(in: 32_768...60_999, using: &generator)
            return (port, start, start + Int.random(in: 1...60, using: &generator))
        }
        #expect(Set(lives.map(\.0)).count < lives.count)
        #expect(Self.list(lives, until: 700, command: "javac").targets.isEmpty)
    }

    @Test("The severity of a target that is only discovered is at most warning", arguments: Verdict.allCases)
    func severity(_ verdict: Verdict) throws {
        for watched in Example.targets where watched.finding.assessment.verdict == verdict {
            var target = watched.target
            target.source = .discovered
            let finding = Finding(target, at: watched.finding.at, evidence: watched.finding.evidence)
            #expect(finding.assessment.verdict == verdict && finding.assessment.severity <= .warning)
        }
    }
}
