import SelfConnect
import Testing

/// The rate of a loop.
@Suite struct ProbePlanTests {
    @Test(
        "Work and pauses together keep to the share",
        arguments: [(1, 0), (0.5, 10), (0.02, 490), (0.1, 90), (2, 0)] as [(Double, Double)])
    func rest(_ share: Double, _ milliseconds: Double) {
        let rest = ProbePlan(processorShare: share).rest(after: .milliseconds(10))
        #expect(abs(rest.inSeconds * 1000 - milliseconds) < 0.001)
    }

    @Test("The default plan is for client kind connect without a pause") func defaults() {
        let plan = ProbePlan()
        #expect(plan.client == .connect && plan.attempts == 100_000 && plan.time == nil)
        #expect(plan.attemptTimeout == .milliseconds(250) && plan.rest(after: .seconds(1)) == .zero)
    }
}
