import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// What `probe` prints under `now:`, run as it is printed.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct RemedyStepsTests {
    @Test(
        "Each step ends the self-connection or the connection that has the port",
        .enabled(if: Command.path(of: "ss") != nil, "needs ss"),
        arguments: ["127.0.0.1:40010", "127.0.0.1:40012", "[::1]:40010"])
    func steps(_ endpoint: String) throws {
        try PrivateNetwork.run {
            let address = try Endpoint(endpoint)
            let server = try Neighbours.listener(on: "127.0.0.1:30000")
            let steps = try Self.steps(endpoint)
            #expect(
                steps.contains { $0.hasPrefix("ss -K -t src ") } && steps.contains { $0.hasPrefix("kill ") }, "\(steps)"
            )
            for index in steps.indices {
                // The process of each look is another one: the step is that of its own output.
                let (step, child) = try Self.trouble(at: address, step: index)
                let outcome = try Program.run("sh", ["-c", step])
                #expect(outcome.end == .exited(0), "\(step): \(outcome)")
                let isOver = try Waiting.holds(every: .milliseconds(50)) {
                    let verdict = try Binary.run("probe", endpoint).output
                    return !verdict.contains("self-connected (critical") && !verdict.contains("stolen (critical")
                }
                #expect(isOver, "\(step)")
                _ = consume child
            }
            withExtendedLifetime(server) {}
        }
    }

    @Test(
        "A closed connection is forgotten by the kernel now, or is waited for",
        .enabled(if: Command.path(of: "ss") != nil))
    func closed() throws {
        try PrivateNetwork.run {
            let holding = try Holding.closedSource("127.0.0.1").take(40010)
            let output = try Binary.run("probe", "127.0.0.1:40010").output
            let step = "ss -K -t state time-wait src 127.0.0.1:40010 dst 127.0.0.1:30000"
            #expect(output.contains("  now (as root): \(step)\n"), "\(output)")
            #expect(
                output.contains("  or: wait: the kernel forgets the closed connection to 127.0.0.1:30000"), "\(output)")
            try Command.run("sh", "-c", step)
            // Linux 5.10 does not destroy every one: there the second step is what is left.
            if KernelFeature.hasLocalPortRange {
                let after = try Binary.run("probe", "127.0.0.1:40010").output
                #expect(!after.contains("stolen (") && !after.contains("time-wait"), "\(after)")
            }
            withExtendedLifetime(holding) {}
        }
    }

    private static func steps(_ endpoint: String) throws -> [String] {
        let child = try client(at: Endpoint(endpoint))
        let output = try Binary.run("probe", endpoint).output
        withExtendedLifetime(child) {}
        return output.matches(of: /(?m)^  (?:now|or)(?: \(as root\))?: (.*)$/).map { String($0.output.1) }
    }

    /// A client in trouble, and one of the steps against it.
    private static func trouble(at endpoint: Endpoint, step index: Int) throws -> (String, ListeningProcess) {
        let child = try client(at: endpoint)
        let output = try Binary.run("probe", "\(endpoint)").output
        let steps = output.matches(of: /(?m)^  (?:now|or)(?: \(as root\))?: (.*)$/).map { String($0.output.1) }
        return (try #require(steps.dropFirst(index).first, "\(output)"), child)
    }

    /// A process that is connected to itself, or to port 30000 from the port 40012.
    private static func client(at endpoint: Endpoint) throws -> ListeningProcess {
        endpoint.port == 40012
            ? try .connecting(from: endpoint.port, reusesAddress: false)
            : try .selfConnected(on: endpoint)
    }
}
