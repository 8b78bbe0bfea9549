import Testing

@testable import Daemon

/// The rate limit of the log.
@Suite struct LogRateLimiterTests {
    @Test("A burst is written, the first suppressed line is announced, the rest are counted") func burst() {
        var budget = LogRateLimiter(burst: 3, rate: 1)
        let decisions = (0..<6).map { _ in budget.spend(at: .seconds(7)) }
        #expect(
            decisions == [
                .write(afterSuppressing: 0), .write(afterSuppressing: 0), .write(afterSuppressing: 0), .announce,
                .suppress,
                .suppress,
            ])
        #expect(budget.spend(at: .seconds(8)) == .write(afterSuppressing: 3))
        #expect(budget.spend(at: .seconds(8)) == .announce)
    }

    @Test("The budget grows back to at most a burst") func growth() {
        var budget = LogRateLimiter(burst: 2, rate: 10)
        for _ in 0..<2 { _ = budget.spend(at: .zero) }
        for _ in 0..<2 { #expect(budget.spend(at: .seconds(3600)) == .write(afterSuppressing: 0)) }
        #expect(budget.spend(at: .seconds(3600)) == .announce)
    }

    @Test("In the long run the number of written lines follows the rate", arguments: [1, 100, 10_000])
    func rate(_ linesASecond: Int) {
        var budget = LogRateLimiter(burst: 10, rate: 5)
        var written = 0
        for line in 0..<(linesASecond * 20) {
            if case .write = budget.spend(at: .seconds(line) / linesASecond) { written += 1 }
        }
        #expect(written == min(linesASecond * 20, 10 + 5 * 20) || written == 10 + 5 * 20 - 1, "\(written)")
    }

    @Test("A clock that stands still or goes back adds no budget") func clock() {
        var budget = LogRateLimiter(burst: 1, rate: 1000)
        #expect(budget.spend(at: .seconds(5)) == .write(afterSuppressing: 0))
        #expect(budget.spend(at: .seconds(1)) == .announce)
        #expect(budget.spend(at: .seconds(1)) == .suppress)
    }
}
