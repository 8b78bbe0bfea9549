import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Test(.enabled(if: PrivateNetwork.isAvailable)) func smoke() throws {
    let verdict = try PrivateNetwork.run {
        var survey = try Survey(timeout: .milliseconds(250))
        let scene = try survey.scene()
        return try survey.look(at: Target(name: "x", endpoint: try Endpoint("127.0.0.1:40002")), in: scene).assessment
            .verdict
    }
    #expect(verdict == .susceptible)
}
