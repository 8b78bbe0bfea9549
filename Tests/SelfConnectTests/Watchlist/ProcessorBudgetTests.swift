import SelfConnect
import Testing

@Suite struct ProcessorBudgetTests {
    @Test("Saved time is spent without a pause, and the average is the share") func average() {
        var budget = ProcessorBudget(share: 0.05, burst: .seconds(1), at: .zero)
        budget.spend(.milliseconds(900), at: .seconds(1))
        #expect(budget.opensAt <= .seconds(1))
        budget.spend(.milliseconds(600), at: .seconds(2))
        // 1 s + 50 ms - 1.5 s: 450 ms are owed, which take 9 s to recover.
        #expect(abs((budget.opensAt - .seconds(11)) / .seconds(1)) < 0.001)
    }

    @Test("At most the burst is saved, and a share of a whole core needs no pause") func bounds() {
        var budget = ProcessorBudget(share: 0.05, burst: .seconds(1), at: .zero)
        budget.spend(.seconds(2), at: .seconds(1_000_000))
        #expect(abs((budget.opensAt - .seconds(1_000_020)) / .seconds(1)) < 0.001)
        budget = ProcessorBudget(share: 1, burst: .seconds(1), at: .zero)
        budget.spend(.seconds(5), at: .seconds(1))
        #expect(budget.opensAt == .seconds(1))
    }
}
