import Linux
import TestSupport
import Testing

@Suite struct ConditionMutexTests {
    @Test("A thread that waits goes on when another one has changed the value") func wakes() throws {
        let monitor = ConditionMutex(0)
        try Thread.start(name: "test-monitor") {
            for _ in 0..<10 { monitor.withLock { $0 += 1 } }
        }
        let found = monitor.wait(until: Clock.monotonic + Waiting.limit) { $0 == 10 ? "ten" : nil }
        #expect(found == "ten")
    }

    @Test("Who waits may take what he waited for, and others hear of it") func takes() throws {
        let monitor = ConditionMutex([1, 2, 3])
        try Thread.start(name: "test-monitor") {
            for _ in 0..<3 { _ = monitor.wait { $0.popLast() } }
        }
        let isEmpty = monitor.wait(until: Clock.monotonic + Waiting.limit) { $0.isEmpty ? true : nil }
        #expect(isEmpty == true)
    }

    @Test("A wait ends at its time, and one whose time is over still looks once", arguments: [-5, 0, 30])
    func ends(milliseconds: Int) {
        let monitor = ConditionMutex(true)
        let start = Clock.monotonic
        let missing: Int? = monitor.wait(until: start + .milliseconds(milliseconds)) { _ in nil }
        #expect(missing == nil && Clock.monotonic - start >= .milliseconds(milliseconds))
        #expect(monitor.wait(until: start + .milliseconds(milliseconds)) { $0 ? 1 : nil } == 1)
    }
}
