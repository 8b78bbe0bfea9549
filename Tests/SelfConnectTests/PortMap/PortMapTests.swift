import SelfConnect
import TestSupport
import Testing

/// Maps as values.
@Suite struct PortMapTests {
    private static func map(_ range: PortRange, _ entries: [PortMap.Entry]) -> PortMap {
        PortMap(of: .loopback4, kernel: KernelFacts(ephemeralRange: range), at: Timestamp(nanoseconds: 0)) {
            entries[Int($0 - range.first)]
        }
    }

    /// Repeated entries, in runs of random length.
    private static func entries(_ count: Int, _ generator: inout SeededGenerator) -> [PortMap.Entry] {
        var entries: [PortMap.Entry] = []
        while entries.count < count {
            let outcome = PortMap.Outcome.allCases.randomElement(using: &generator) ?? .skipped
            let holder = Bool.random(using: &generator) ? Holder.State.allCases.randomElement(using: &generator) : nil
            let length = Int.random(in: 1...9, using: &generator)
            entries += [PortMap.Entry](repeating: PortMap.Entry(outcome, holder), count: length)
        }
        return Array(entries.prefix(count))
    }

    @Test("Runs rebuild the map, are disjoint, and adjacent runs differ")
    func runs() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let first = UInt16.random(in: 1...65_000, using: &generator)
            let range = PortRange(first, UInt16.random(in: first...min(65_535, first + 400), using: &generator))
            let entries = Self.entries(range.count, &generator)
            let map = Self.map(range, entries)
            #expect(map.runs.flatMap { [PortMap.Entry](repeating: $0.entry, count: $0.ports.count) } == entries)
            #expect(map.runs.first?.ports.first == range.first && map.runs.last?.ports.last == range.last)
            for (left, right) in zip(map.runs, map.runs.dropFirst()) {
                #expect(right.ports.first == left.ports.last + 1 && left.entry != right.entry)
            }
            for port in range.ports { #expect(map[port] == entries[Int(port - range.first)]) }
            #expect(map.countByOutcome.values.reduce(0, +) == range.count)
            #expect(map.countByHolder.values.reduce(0, +) == entries.count { $0.holder != nil })
        }
    }

    @Test("A port outside the range is not on the map") func outside() {
        let map = Self.map(PortRange(40_000, 40_001), [PortMap.Entry(.selfConnected), PortMap.Entry(.reserved)])
        #expect(map[39_999] == nil && map[40_002] == nil && map[0] == nil && map[65_535] == nil)
        #expect(map[40_000]?.outcome == .selfConnected && map[40_001]?.outcome == .reserved)
    }

    @Test("A map holds 65535 different neighbours, or a single port") func extremes() {
        let range = PortRange(1, 65_535)
        let entries = range.ports.map { PortMap.Entry($0 % 2 == 0 ? .selfConnected : .notAvailable) }
        let map = Self.map(range, entries)
        #expect(map.runs.count == 65_535 && map[65_535]?.outcome == .notAvailable)
        #expect(map.exposedShare == Double(32_767) / 65_535)
        let single = Self.map(PortRange(65_535, 65_535), [PortMap.Entry(.refused)])
        #expect(single.runs.count == 1 && single.exposedShare == 0 && single.countByOutcome == [.refused: 1])
    }

    @Test(
        "Ports without a measurement are not counted as unexposed",
        arguments: [
            ([.skipped, .skipped], nil), ([.reserved, .skipped], nil), ([.timedOut, .failed], nil),
            ([.reachedListener, .reserved], nil), ([.reserved, .reserved], 0), ([.notAvailable, .skipped], 0),
            ([.selfConnected, .skipped], 1), ([.selfConnected, .reserved], 0.5), ([.refused, .selfConnected], 0.5),
        ] as [([PortMap.Outcome], Double?)])
    func measured(_ outcomes: [PortMap.Outcome], _ share: Double?) {
        let map = PortMap(
            of: .loopback4, kernel: KernelFacts(ephemeralRange: PortRange(40_000, 40_001)),
            at: Timestamp(nanoseconds: 0),
            hindrance: "something was in the way"
        ) { PortMap.Entry(outcomes[Int($0) - 40_000]) }
        #expect(map.exposedShare == share && map.isMeasured == (share != nil))
    }

    @Test(
        "The lower bound's parity is likely for connect(), the other for bind()",
        arguments: [
            (32_768, 60_999, ClientKind.connect, true, Exposure.Level.likely), (32_768, 60_999, .connect, false, .rare),
            (32_768, 60_999, .bind, true, .rare), (32_768, 60_999, .bind, false, .likely),
            (32_768, 60_999, .bindLate, true, .likely), (32_768, 60_999, .range, false, .likely),
            (1025, 65_535, .connect, true, .rare), (1025, 65_535, .bind, true, .likely),
            (40_001, 40_001, .bind, false, .likely), (40_001, 40_001, .connect, false, .likely),
        ] as [(UInt16, UInt16, ClientKind, Bool, Exposure.Level)])
    func parity(_ first: UInt16, _ last: UInt16, _ kind: ClientKind, _ isEven: Bool, _ level: Exposure.Level) {
        let kernel = KernelFacts(ephemeralRange: PortRange(first, last))
        #expect(PortParity(kernel).exposure(of: kind, even: isEven) == level)
    }

    @Test(
        "The map and the odds use the same parity rule", arguments: ClientKind.allCases, [true, false, nil] as [Bool?])
    func odds(_ kind: ClientKind, _ rangeWalksBothParities: Bool?) {
        let range = PortRange(40_000, 40_101)
        let kernel = KernelFacts(ephemeralRange: range, rangeWalksBothParities: rangeWalksBothParities)
        for port in range.ports {
            let odds = PortChoice(kernel).odds(of: port, for: kind)
            #expect(PortParity(kernel).exposure(of: kind, even: port % 2 == 0) == odds.level)
        }
    }

    @Test(
        "The rule for range clients is that of the kernel",
        arguments: [
            (true, true, " Clients that set IP_LOCAL_PORT_RANGE are given both."),
            (true, false, " Clients that set IP_LOCAL_PORT_RANGE are given those of their lowest port's parity first."),
            (true, nil, ""), (false, nil, ""),
        ] as [(Bool, Bool?, String)])
    func rangeRule(_ directedProbe: Bool, _ rangeWalksBothParities: Bool?, _ end: String) {
        let rule = PortParity(
            KernelFacts(directedProbe: directedProbe, rangeWalksBothParities: rangeWalksBothParities))
        let plain =
            "Clients that call connect() are given even ports, clients that bind an address first odd ones;"
            + " the rest only when those are used up."
        #expect(rule.sentence == plain + end)
        #expect(rule.kinds.contains(.range) == directedProbe)
    }
}
