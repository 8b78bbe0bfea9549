import SelfConnect
import Testing

/// Sweeps without a kernel, with simulated outcomes.
@Suite struct PortSweepTests {
    private static let kernel = KernelFacts(
        ephemeralRange: PortRange(40_000, 40_009), reservedPorts: PortSet(ports: [40_000, 40_003, 40_009]))

    private static func moment(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

    private static func sweep(_ kernel: KernelFacts = kernel) -> PortSweep {
        PortSweep(of: .loopback4, kernel: kernel, at: moment(1))
    }

    /// Gives an outcome for every port of a round; returns the requested ports.
    private static func answer(
        _ sweep: inout PortSweep, _ outcome: (UInt16) -> Observation.Outcome = { _ in .selfConnected }
    ) -> [UInt16] {
        var asked: [UInt16] = []
        while let port = sweep.next {
            asked.append(port)
            sweep.record(outcome(port))
        }
        return asked
    }

    private static func socket(_ port: UInt16, _ state: TCPState) -> SocketRecord {
        SocketRecord(state: state, local: Endpoint(.loopback4, port), peer: Endpoint(.loopback4, 443), inode: 7)
    }

    @Test("Every unreserved port is probed once, in ascending order") func order() {
        var sweep = Self.sweep()
        let asked = Self.answer(&sweep)
        #expect(asked == [40_001, 40_002, 40_004, 40_005, 40_006, 40_007, 40_008])
        #expect(sweep.isToBeCompared)
        sweep.compare(with: SocketTable())
        #expect(sweep.next == nil && !sweep.isToBeCompared)
        let map = sweep.map(at: Self.moment(3))
        #expect(map.countByOutcome == [.selfConnected: 7, .reserved: 3])
        #expect(map.hindrance == nil && map.elapsed == .seconds(2) && map.at == Self.moment(3))
    }

    @Test("Holders come from one dump of all sockets; a source port is still exposed") func holders() {
        var sweep = Self.sweep()
        _ = Self.answer(&sweep) { $0 == 40_004 ? .notAvailable : .selfConnected }
        sweep.compare(
            with: SocketTable([
                Self.socket(40_004, .listen), Self.socket(40_006, .established), Self.socket(40_009, .listen),
            ]))
        #expect(sweep.next == nil)
        let map = sweep.map(at: Self.moment(3))
        #expect(map[40_004] == PortMap.Entry(.notAvailable, .listening))
        #expect(map[40_006] == PortMap.Entry(.selfConnected, .source))
        #expect(map[40_009] == PortMap.Entry(.reserved, .listening))
    }

    @Test("A port whose outcome contradicts the sockets is probed again once") func doubts() {
        var sweep = Self.sweep()
        // A holder has closed, a listener has opened, and a listener opened during the probe.
        let answers: [UInt16: Observation.Outcome] = [40_002: .notAvailable, 40_006: .reachedListener]
        _ = Self.answer(&sweep) { answers[$0] ?? .selfConnected }
        sweep.compare(with: SocketTable([Self.socket(40_004, .listen), Self.socket(40_006, .listen)]))
        let again = Self.answer(&sweep) { $0 == 40_002 ? .selfConnected : .notAvailable }
        #expect(again.sorted() == [40_002, 40_004, 40_006])
        let map = sweep.map(at: Self.moment(3))
        #expect(map[40_002] == PortMap.Entry(.selfConnected))
        #expect(map[40_004] == PortMap.Entry(.notAvailable, .listening))
        #expect(map[40_006] == PortMap.Entry(.notAvailable, .listening))
        #expect(!sweep.isToBeCompared && sweep.next == nil)
    }

    @Test("If the kernel hides holders, an unavailable port without a visible holder is probed again")
    func hidden() {
        var kernel = Self.kernel
        kernel.showsBoundSockets = false
        var sweep = Self.sweep(kernel)
        _ = Self.answer(&sweep) { $0 < 40_006 ? .notAvailable : .selfConnected }
        sweep.compare(with: SocketTable([Self.socket(40_005, .listen)]))
        // Released, still held by a socket that is not visible, and held by a visible one.
        let again = Self.answer(&sweep) { $0 == 40_002 ? .selfConnected : .notAvailable }
        #expect(again.sorted() == [40_001, 40_002, 40_004])
        let map = sweep.map(at: Self.moment(3))
        #expect(map[40_002] == PortMap.Entry(.selfConnected))
        #expect(map[40_001] == PortMap.Entry(.notAvailable))
        #expect(map[40_005] == PortMap.Entry(.notAvailable, .listening))
        #expect(!sweep.isToBeCompared && sweep.next == nil)
    }

    @Test("Ports that are known to be redirected are not probed; new ones get the outcome redirected")
    func redirected() throws {
        let known = try PortSet("39000,40001,40003,40005-40006,40008")
        var sweep = PortSweep(of: .loopback4, kernel: Self.kernel, at: Self.moment(1), sparing: known)
        #expect(sweep.next == 40_002)
        sweep.record(.selfConnected)
        #expect(sweep.next == 40_004)
        sweep.takeRedirection()
        #expect(Self.answer(&sweep) == [40_007])
        sweep.compare(with: SocketTable([Self.socket(40_006, .listen)]))
        #expect(Self.answer(&sweep) { _ in .notAvailable } == [40_006])
        let map = sweep.map(at: Self.moment(3))
        #expect(map.countByOutcome == [.redirected: 4, .selfConnected: 2, .notAvailable: 1, .reserved: 3])
        #expect(map[40_004]?.outcome == .redirected && map[40_003]?.outcome == .reserved)
    }

    @Test("A redirection of all ports ends the sweep after a limited number of SYNs") func ruleForAllPorts() {
        var sweep = Self.sweep(KernelFacts())
        var count = 0
        while sweep.next != nil {
            sweep.takeRedirection()
            count += 1
        }
        #expect(count == PortSweep.maximumRedirections)
        let map = sweep.map(at: Self.moment(9))
        #expect(map.countByOutcome == [.redirected: count, .skipped: 28_232 - count])
        #expect(map.hindrance == "64 ports turned out to be redirected, as with a rule for all ports")
    }

    @Test("A packet filter that drops ends the sweep after a few timeouts") func droppingFilter() {
        var sweep = Self.sweep(KernelFacts())
        let asked = Self.answer(&sweep) { _ in .timedOut }
        #expect(asked.count == PortSweep.maximumTimeouts)
        sweep.compare(with: SocketTable())
        let map = sweep.map(at: Self.moment(9))
        #expect(
            map.countByOutcome == [.timedOut: PortSweep.maximumTimeouts, .skipped: 28_232 - PortSweep.maximumTimeouts])
        #expect(map.hindrance == "8 ports gave no answer, as with a packet filter that drops")
    }

    @Test("A change of the reserved ports or the range restarts the sweep, and the map is of the new facts")
    func drift() {
        var sweep = Self.sweep()
        _ = Self.answer(&sweep) { $0 == 40_001 ? .timedOut : .selfConnected }
        let isSame = sweep.confirm(Self.kernel, at: Self.moment(2))
        var changed = Self.kernel
        changed.ephemeralRange = PortRange(40_005, 40_012)
        changed.reservedPorts = PortSet()
        let isStillSame = sweep.confirm(changed, at: Self.moment(4))
        #expect(isSame && !isStillSame)
        #expect(sweep.next == 40_005 && !sweep.isToBeCompared)
        let asked = Self.answer(&sweep)
        let isConfirmed = sweep.confirm(changed, at: Self.moment(5))
        #expect(asked.count == 8 && isConfirmed)
        let map = sweep.map(at: Self.moment(5))
        #expect(map.runs.map(\.ports) == [PortRange(40_005, 40_012)] && map.elapsed == .seconds(1))
    }

    @Test("The number of restarts is limited") func restarts() {
        var sweep = Self.sweep()
        var count = 0
        while !sweep.isGivenUp, count < 100 {
            count += 1
            var changed = Self.kernel
            changed.reservedPorts = PortSet(ports: [UInt16(40_000 + count % 2)])
            _ = sweep.confirm(changed, at: Self.moment(2))
        }
        #expect(count == PortSweep.maximumRestarts + 1 && sweep.next == nil)
        #expect(sweep.map(at: Self.moment(3)).hindrance == "the range or the reserved ports changed again and again")
    }

    @Test("Without the directed probe no port is probed") func oldKernel() {
        var sweep = Self.sweep(KernelFacts(directedProbe: false))
        #expect(sweep.next == nil && sweep.isGivenUp)
        sweep.compare(with: SocketTable([Self.socket(50_010, .listen)]))
        #expect(sweep.map(at: Self.moment(3))[50_010] == PortMap.Entry(.skipped, .listening))
    }

    @Test("A range that is completely reserved has no port to probe") func allReserved() {
        var sweep = Self.sweep(
            KernelFacts(ephemeralRange: PortRange(65_534, 65_535), reservedPorts: PortSet([PortRange(65_000, 65_535)])))
        let asked = Self.answer(&sweep)
        #expect(asked.isEmpty)
        #expect(sweep.map(at: Self.moment(3)).countByOutcome == [.reserved: 2])
    }

    @Test("The number of ports that are probed again is limited") func maximumDoubts() {
        var sweep = Self.sweep(KernelFacts())
        _ = Self.answer(&sweep) { _ in .notAvailable }
        sweep.compare(with: SocketTable())
        let again = Self.answer(&sweep)
        #expect(again.count == PortSweep.maximumDoubts)
    }
}
