// Loop probes of ports behind NAT. On kernels without IP_LOCAL_PORT_RANGE nothing else is sent.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: RedirectedService.isAvailable, "\(RedirectedService.hindrance ?? "")"))
struct RedirectedLoopTests {
    private static let kinds = ClientKind.allCases.filter { $0 != .range || KernelFeature.hasLocalPortRange }

    @Test(
        "A loop ends with its first attempt, and the service accepts no connection",
        arguments: RedirectionTests.rows, kinds)
    func loop(row: RedirectionTests.Row, kind: ClientKind) throws {
        try PrivateNetwork.run {
            let service = try RedirectedService(row.way, from: "40000")
            for _ in 0..<20 {
                var loop = try LoopProbe(to: row.endpoint, plan: ProbePlan(client: kind, attempts: 10))
                let seen = loop.advance(10)
                #expect(seen?.outcome == .reachedListener && seen?.attempts == 1)
            }
            #expect(!service.isReached)
            let client = try PlainSocket(for: row.endpoint.address)
            try client.resetOnClose()
            try client.connect(to: row.endpoint)
            #expect(Waiting.holds { service.isReached })
        }
    }
}
