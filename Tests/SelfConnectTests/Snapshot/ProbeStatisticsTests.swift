import Testing

@testable import SelfConnect

/// Counting of probes.
@Suite struct ProbeStatisticsTests {
    @Test("Probes that ran are counted, skipped ones are not, hindered ones are failures") func counting() {
        var statistics = ProbeStatistics()
        for outcome in Observation.Outcome.allCases {
            statistics.count(
                Observation(
                    client: .connect, outcome: outcome, at: Timestamp(nanoseconds: 0), attempts: 3, elapsed: .seconds(1)
                ),
                of: .loop)
        }
        let loop = statistics.methods[.loop]
        #expect(loop?.probes == 7 && loop?.attempts == 21 && loop?.failures == 3)
        #expect(loop?.durations.count == 7 && loop?.durations.sum == 7 && statistics.methods[.directed] == nil)
    }

    @Test(
        "A value falls into the first bucket that is not below it",
        arguments: [(0, 0), (0.00001, 0), (0.000011, 1), (1, 5), (300, 8), (301, 9)] as [(Double, Int)])
    func buckets(_ value: Double, _ bucket: Int) {
        var histogram = Histogram()
        histogram.add(value)
        #expect(histogram.counts.firstIndex(of: 1) == bucket && histogram.count == 1)
    }
}
