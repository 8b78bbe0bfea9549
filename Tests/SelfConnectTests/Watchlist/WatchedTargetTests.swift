import SelfConnect
import Testing

/// A target over time.
@Suite struct WatchedTargetTests {
    private static func finding(_ scenario: Scenario, at second: Int64) -> Finding {
        Finding(
            Target(name: "a", endpoint: scenario.endpoint), at: Timestamp(nanoseconds: second * 1_000_000_000),
            evidence: scenario.evidence)
    }

    private static func loop(_ outcome: Observation.Outcome, attempts: Int) -> Observation {
        Observation(client: .connect, outcome: outcome, at: Timestamp(nanoseconds: 0), attempts: attempts)
    }

    @Test("A target keeps its last finding and the time of its last change of verdict") func findings() {
        let exposed = Scenario { $0.allSaw(.selfConnected) }
        var watched = WatchedTarget(Self.finding(exposed, at: 1))
        #expect(watched.current.verdict == .susceptible && watched.current.previous == nil)
        #expect(watched.record(Self.finding(exposed, at: 2)) == nil)
        #expect(watched.finding.at.seconds == 2 && watched.current.at.seconds == 1)
        let held = Scenario {
            $0.isHeld(.listening, on: "127.0.0.1")
            $0.allSaw(.notAvailable)
        }
        #expect(watched.record(Self.finding(held, at: 3))?.previous == .susceptible)
        #expect(watched.current.verdict == .latent && watched.history.changes.count == 2)
    }

    @Test(
        "A loop that closed is certain, a loop that ended has the confidence of its attempts, and other loops have none"
    )
    func loops() throws {
        var watched = WatchedTarget(Self.finding(Scenario { $0.allSaw(.selfConnected) }, at: 1))
        #expect(watched.loop == nil && watched.loopConfidence == nil && watched.closedLoopAttempts == nil)
        watched.record(loop: Self.loop(.selfConnected, attempts: 439))
        #expect(watched.loopConfidence == 1 && watched.closedLoopAttempts == 439)
        watched.record(loop: Self.loop(.exhausted, attempts: 1111))
        #expect(abs(try #require(watched.loopConfidence) - 0.919) < 0.001)
        #expect(watched.closedLoopAttempts == 439, "of the last loop that closed")
        for outcome in [Observation.Outcome.skipped, .failed, .timedOut, .reachedListener] {
            watched.record(loop: Self.loop(outcome, attempts: 5))
            #expect(watched.loopConfidence == nil)
        }
    }
}
