import CLinux
import Glibc
import Linux
import Testing

@Suite struct PollerTests {
    @Test("A ready descriptor is reported by its token until it is handled") func levelTriggered() throws {
        var poller = try Poller()
        let signal = try WakeSignal()
        try poller.add(signal.number, for: .read, token: 7)
        #expect(try poller.ready(within: .zero).isEmpty)
        signal.set()
        #expect(try poller.ready(within: .seconds(90)) == [7: .read])
        #expect(try poller.ready(within: .seconds(90)) == [7: .read])
        signal.clear()
        #expect(try poller.ready(within: .zero).isEmpty)
    }

    @Test("The events of a descriptor can be changed and removed") func changes() throws {
        var poller = try Poller()
        let signal = try WakeSignal()
        signal.set()
        try poller.add(signal.number, for: .write, token: 1)
        #expect(try poller.ready(within: .seconds(90)) == [1: .write])
        try poller.change(signal.number, to: [.read, .write], token: 2)
        #expect(try poller.ready(within: .seconds(90)) == [2: [.read, .write]])
        try poller.remove(signal.number)
        #expect(try poller.ready(within: .zero).isEmpty)
    }

    @Test("A broken descriptor is reported even without requested events") func broken() throws {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
        let mine = Descriptor(owning: ends[0])
        close(ends[1])
        var poller = try Poller()
        try poller.add(mine.number, for: [], token: 3)
        let ready = try poller.ready(within: .seconds(90))
        #expect(ready[3]?.isDisjoint(with: .failed) == false)
    }

    @Test("A closed descriptor is removed automatically") func closed() throws {
        var poller = try Poller()
        do {
            let signal = try WakeSignal()
            signal.set()
            try poller.add(signal.number, for: .read, token: 1)
        }
        #expect(try poller.ready(within: .milliseconds(5)).isEmpty)
    }

    @Test("One wait reports at most its capacity, the next one the rest") func capacity() throws {
        var poller = try Poller(capacity: 2)
        let first = try WakeSignal()
        let second = try WakeSignal()
        let third = try WakeSignal()
        first.set()
        second.set()
        third.set()
        try poller.add(first.number, for: .read, token: 1)
        try poller.add(second.number, for: .read, token: 2)
        try poller.add(third.number, for: .read, token: 3)
        var tokens: Set<UInt64> = []
        for _ in 0..<2 {
            let ready = try poller.ready(within: .seconds(90))
            #expect(ready.count == 2)
            tokens.formUnion(ready.keys)
        }
        #expect(tokens == [1, 2, 3])
        extendLifetime(first)
        extendLifetime(second)
        extendLifetime(third)
    }

    @Test("A wait lasts for its timeout and not much longer", arguments: [0.4, 20, 50])
    func sleeps(time: Double) throws {
        var poller = try Poller()
        let start = Clock.monotonic
        _ = try poller.ready(within: .milliseconds(time))
        let slept = Clock.monotonic - start
        #expect(slept >= .milliseconds(time) && slept < .seconds(2))
    }

    @Test("A negative timeout does not wait") func negative() throws {
        var poller = try Poller()
        let start = Clock.monotonic
        _ = try poller.ready(within: .seconds(-5))
        #expect(Clock.monotonic - start < .seconds(2))
    }

    @Test("A descriptor that is not open is an error") func notOpen() throws {
        let poller = try Poller()
        #expect(throws: SystemCallError("epoll_ctl", "1000000", code: EBADF)) {
            try poller.add(1_000_000, for: .read, token: 1)
        }
    }
}

extension Poller {
    /// The ready descriptors, by token.
    mutating func ready(within timeout: Duration) throws -> [UInt64: Readiness] {
        var ready: [UInt64: Readiness] = [:]
        try wait(timeout) { ready[$0] = $1 }
        return ready
    }
}
