import Linux
import SelfConnect
import Testing

@Suite struct ClockTests {
    @Test("The monotonic clock never goes backwards") func monotonic() {
        let moments = (0..<1000).map { _ in Clock.monotonic }
        #expect(moments == moments.sorted())
    }

    @Test("A thread's processor time is constant during sleep and increases during work") func processorTime() {
        let start = Clock.threadProcessorTime
        Thread.sleep(.milliseconds(30))
        let slept = Clock.threadProcessorTime - start
        while Clock.threadProcessorTime - start < .milliseconds(30) {}
        #expect(slept < .milliseconds(20))
        #expect(Clock.processorTime >= .milliseconds(30))
    }

    @Test("The difference of two readings of the time of day is the elapsed time") func wallAges() {
        let start = Clock.wall
        Thread.sleep(.milliseconds(5))
        let age = Clock.wall.since(start)
        #expect(age >= .milliseconds(5))
        #expect(Clock.wall.since(Timestamp(nanoseconds: 0)) > .seconds(1_577_836_800), "without a second reading")
    }

    @Test("The time of day is in this century") func wall() {
        // 2020-01-01 and 2100-01-01 in seconds.
        #expect((1_577_836_800..<4_102_444_800).contains(Clock.wall.seconds))
    }
}
