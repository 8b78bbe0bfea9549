import Linux
import TestSupport
import Testing

@Suite struct ConditionMutexTests {
    @Test("A waiting thread continues when another thread has changed the value") func wakes() throws {
        let monitor = ConditionMutex(0)
        try Thread.start(name: "test-monitor") {
            for _ in 0..<10 { monitor.withLock { $0 += 1 } }
        }
        let found = monitor.wait(until: Clock.monotonic + Waiting.limit) { $0 == 10 ? "ten" : nil }
        #expect(found == "ten")
    }

    @Test("A waiting thread may change the value, and other threads are woken") func takes() throws {
        let monitor = ConditionMutex([1, 2, 3])
        try Thread.start(name: "test-monitor") {
            for _ in 0..<3 { _ = monitor.wait { $0.popLast() } }
        }
        let isEmpty = monitor.wait(until: Clock.monotonic + Waiting.limit) { $0.isEmpty ? true : nil }
        #expect(isEmpty == true)
    }

    @Test("A wait ends at its deadline, and a wait after its deadline still checks once", arguments: [-5, 0, 30])
    func ends(milliseconds: Int) {
        let monitor = ConditionMutex(true)
        let start = Clock.monotonic
        let missing: Int? = monitor.wait(until: start + .milliseconds(milliseconds)) { _ in nil }
        #expect(missing == nil && Clock.monotonic - start >= .milliseconds(milliseconds))
        #expect(monitor.wait(until: start + .milliseconds(milliseconds)) { $0 ? 1 : nil } == 1)
    }
}
