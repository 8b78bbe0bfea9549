import Linux
import Testing

@Suite struct WakeSignalTests {
    @Test("A signal wakes a thread that waits without a timeout") func wakes() throws {
        var poller = try Poller()
        let signal = try WakeSignal()
        try poller.add(signal.number, for: .read, token: 1)
        try Thread.start(name: "test-waker") {
            Thread.sleep(.milliseconds(20))
            signal.set()
        }
        var tokens: [UInt64] = []
        try poller.wait(nil) { token, _ in tokens.append(token) }
        #expect(tokens == [1])
    }

    @Test("A signal that is set many times is cleared once") func counts() throws {
        var poller = try Poller()
        let signal = try WakeSignal()
        try poller.add(signal.number, for: .read, token: 1)
        for _ in 0..<1000 { signal.set() }
        signal.clear()
        #expect(try poller.ready(within: .zero).isEmpty)
    }

    @Test("Clearing a signal that is not set does not block, and loses none that follows", .timeLimit(.minutes(1)))
    func clearsNothing() throws {
        var poller = try Poller()
        let signal = try WakeSignal()
        try poller.add(signal.number, for: .read, token: 1)
        signal.clear()
        #expect(try poller.ready(within: .zero).isEmpty)
        signal.set()
        #expect(try poller.ready(within: .zero).count == 1)
    }
}
