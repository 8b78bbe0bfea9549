// Probes must not cause the outage that they look for.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(
    .enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct HarmlessTests {
    @Test(
        "4,000 starts of a server that sets SO_REUSEADDR succeed beside a continuously running prober",
        arguments: ClientKind.allCases)
    func binds(kind: ClientKind) throws {
        let (failures, refusals, probes) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40002")
            let kernel = try KernelSurvey().read()
            let prober = try Repetition { _ = try? DirectedProbe.run(kind, to: endpoint, kernel: kernel) }
            var failures: [String] = []
            var (starts, refusals) = (0, 0)
            let end = Clock.monotonic + Waiting.limit
            // On a busy machine the prober may not be scheduled for a while.
            while starts < TestScale.repetitions(1000) || (refusals < 10 && Clock.monotonic < end) {
                starts += 1
                do {
                    _ = try PlainSocket.listener(on: endpoint, reusesAddress: true)
                } catch {
                    failures.append("\(error)")
                }
                // A server without the option shows that the prober does have the port.
                if (try? PlainSocket.listener(on: endpoint)) == nil { refusals += 1 }
            }
            return (failures, refusals, prober.stop())
        }
        #expect(failures.isEmpty)
        #expect(refusals >= 10, "\(probes) probes")
    }

    @Test("A server that is probed 10,000 times accepts no connection") func acceptQueue() throws {
        let (verdicts, wasReached, isReachable) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40004")
            let server = try PlainSocket.listener(on: endpoint)
            let target = Target(name: "test", endpoint: endpoint, clients: Set(ClientKind.allCases))
            var survey = try Survey(timeout: .milliseconds(250))
            var verdicts: Set<Verdict> = []
            for _ in 0..<TestScale.repetitions(10_000) {
                verdicts.insert(try survey.survey(target, in: survey.readState()).assessment.verdict)
            }
            let wasReached = server.hasWaitingConnection
            try PlainSocket(for: endpoint.address).connect(to: endpoint)
            return (verdicts, wasReached, server.hasWaitingConnection)
        }
        #expect(verdicts == [.latent])
        #expect(!wasReached)
        // A connection that was opened and closed would be visible.
        #expect(isReachable)
    }
}
