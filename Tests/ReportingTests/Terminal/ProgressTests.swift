import SelfConnect
import TestSupport
import Testing

@testable import Reporting

/// Lines of progress.
@Suite struct ProgressTests {
    private static let odds = LoopOdds(
        of: 50_010, for: .connect, in: PortRange(32_768, 60_999), passingOver: PortSet())

    @Test("A loop shows its attempts, their rate, and the chance so far") func loop() {
        let endpoint = Endpoint(.loopback4, 50_010)
        let text = ProgressText.loop(endpoint, attempts: 9000, elapsed: .milliseconds(500), odds: Self.odds)
        let chance = Self.odds.confidence(afterAttempts: 9000)
        #expect(chance > 0.5 && chance < 0.8)
        #expect(text == "127.0.0.1:50010: 9000 attempts, 18000/s, chance so far \(chance.percent) %")
        #expect(
            ProgressText.loop(endpoint, attempts: 0, elapsed: .zero, odds: Self.odds)
                == "127.0.0.1:50010: 0 attempts, -/s, chance so far 0 %")
    }

    @Test("A loop ends with its attempts, and one that was interrupted with its odds as well") func end() {
        func ended(_ outcome: Observation.Outcome, _ error: String? = nil) -> Observation {
            Observation(client: .connect, outcome: outcome, at: Example.moment(), attempts: 9000, error: error)
        }
        #expect(ProgressText.end(ended(.selfConnected)) == "Connected after 9000 attempts")
        #expect(ProgressText.end(ended(.exhausted)) == "Not connected after 9000 attempts")
        #expect(ProgressText.end(ended(.failed, "ENETDOWN")) == "failed after 9000 attempts ENETDOWN")
        let chance = Self.odds.confidence(afterAttempts: 9000).percent
        #expect(
            ProgressText.interrupted(ended(.skipped), Self.odds)
                == "Interrupted after 9000 attempts, with a chance of \(chance) % to connect until then")
    }

    @Test("A sweep shows the share of the range") func sweep() {
        var sweep = PortSweep(of: .loopback4, kernel: Example.kernel, at: Example.moment())
        #expect(ProgressText.sweep(sweep) == "127.0.0.1: 0 % of the ports 40000-41000")
        for _ in 0..<500 { sweep.record(.selfConnected) }
        #expect(ProgressText.sweep(sweep) == "127.0.0.1: 50 % of the ports 40000-41000")
        while sweep.next != nil { sweep.record(.selfConnected) }
        #expect(ProgressText.sweep(sweep) == "127.0.0.1: 100 % of the ports 40000-41000")
    }

    @Test("A line is cut so that it stays on one row") func fitted() {
        #expect(ProgressText.fitted("0123456789", width: 11) == "0123456789")
        #expect(ProgressText.fitted("0123456789", width: 10) == "012345678")
        #expect(ProgressText.fitted("0123456789", width: 0) == "")
    }

    @Test("It is rewritten at most five times a second") func pace() {
        var pace = ProgressPace()
        let written = (0..<1000).count { pace.markWrittenIfDue(at: .seconds(100) + .milliseconds($0)) }
        let isDue = pace.markWrittenIfDue(at: .seconds(101))
        #expect(written == 5 && isDue)
    }
}
