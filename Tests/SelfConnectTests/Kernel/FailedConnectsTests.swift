import SelfConnect
import Testing

@Suite struct FailedConnectsTests {
    @Test("The total excludes the count at the first reading and the daemon's own probes") func total() {
        var connects = FailedConnects()
        connects.record(kernel: 1000, own: 100, at: .zero)
        #expect(connects.total == 0)
        connects.record(kernel: 1250, own: 150, at: .seconds(30))
        #expect(connects.total == 200)
    }

    @Test("The total never decreases, even if the kernel has not counted an own attempt yet") func monotonic() {
        var connects = FailedConnects()
        connects.record(kernel: 1000, own: 0, at: .zero)
        connects.record(kernel: 1010, own: 0, at: .seconds(30))
        connects.record(kernel: 1010, own: 1, at: .seconds(60))
        #expect(connects.total == 10)
    }

    @Test("One reading or two close readings give no rate") func noRate() {
        var connects = FailedConnects()
        #expect(connects.rate == nil)
        connects.record(kernel: 0, own: 0, at: .zero)
        #expect(connects.rate == nil)
        connects.record(kernel: 500, own: 0, at: .seconds(1))
        #expect(connects.rate == nil)
    }

    @Test("The rate is that of the last five minutes") func window() {
        var connects = FailedConnects()
        var kernel: UInt64 = 0
        for second in stride(from: 0, through: 600, by: 30) {
            connects.record(kernel: kernel, own: 0, at: .seconds(second))
            kernel += 3000
        }
        #expect(connects.rate == 100)
        for second in stride(from: 630, through: 1200, by: 30) {
            connects.record(kernel: kernel, own: 0, at: .seconds(second))
        }
        #expect(connects.rate == 0)
    }
}
