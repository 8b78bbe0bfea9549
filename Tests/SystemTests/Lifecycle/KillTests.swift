import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// A prober that is killed with SIGKILL.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct KillTests {
    /// What it does when it is killed, and the range in which it does that for long enough.
    private static let allRows: [(arguments: [String], range: PortRange)] = [
        (["127.0.0.1:40002", "--method", "loop"], PortRange(32768, 60999)),
        (["127.0.0.1:40003", "--method", "loop", "--client", "bind"], PortRange(32768, 60999)),
        // Connected to itself, and holding the connection.
        (["127.0.0.1:40002", "--method", "loop", "--hold"], PortRange(40000, 40015)),
        ((40000..<40100).map { "127.0.0.1:\($0)" } + ["--method", "directed"], PortRange(40000, 41000)),
    ]

    /// Those of this kernel.
    static let rows = allRows.filter { row in
        (KernelFeature.hasLocalPortRange || !row.arguments.contains("directed"))
            && (KernelFeature.restoresPortState || !row.arguments.contains("bind"))
    }

    @Test(
        "Kills at random moments leave no port of a target blocked",
        arguments: rows)
    func kill(arguments: [String], range: PortRange) throws {
        let rounds = TestScale.repetitions(50)
        let seed = UInt64.random(in: 0 ... .max)
        let (failures, kills, left) = try PrivateNetwork.run(range: range, reserved: "") {
            let endpoints = try arguments.prefix { !$0.hasPrefix("-") }.map { try Endpoint($0) }
            var failures: [String] = []
            var kills = 0
            var chance = SeededGenerator(seed: seed)
            for _ in 0..<rounds {
                var prober = try Program(Binary.path, ["probe"] + arguments)
                Thread.sleep(.milliseconds(Int.random(in: 10...100, using: &chance)))
                prober.send(SIGKILL)
                kills += prober.wait() == .killed(SIGKILL) ? 1 : 0
                for endpoint in endpoints {
                    do {
                        _ = try PlainSocket.listener(on: endpoint)
                    } catch {
                        failures.append("\(error)")
                    }
                }
            }
            return (failures, kills, try SocketStates.timeWaitCount(apartFrom: []))
        }
        #expect(failures.isEmpty, "seed \(seed)")
        #expect(left == 0, "seed \(seed)")
        #expect(kills > rounds / 2, "the others had ended before")
    }
}
