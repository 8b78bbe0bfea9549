import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// How the daemon handles invalid input. SELFCONNECTD_REQUESTS=1000000 sends that many requests.
@Suite("Hostile clients", .enabled(if: PrivateNetwork.isAvailable))
struct HostileClientTests {
    private static let count = getenv("SELFCONNECTD_REQUESTS").flatMap { Int(String(cString: $0)) } ?? 10_000

    @Test("Invalid input gets an HTTP response or none, at once, and leaves no resources in use")
    func mutations() throws {
        let seed = UInt64.random(in: 1...1_000_000)
        print("invalid requests with seed \(seed)")
        try PrivateNetwork.run(range: PortRange(20_000, 60_999), reserved: "") {
            // Half a million connections in TIME_WAIT would use up the ports.
            try PrivateNetwork.write("100", to: "net/ipv4/tcp_max_tw_buckets")
            let daemon = try RunningDaemon(
                "probe: {interval: 1h, loop: {interval: 0s}}\ntargets: [{name: a, ports: 50010}]")
            var random = SeededGenerator(seed: seed)
            // Buffers that grow once have grown then.
            for _ in 0..<2_000 { try Self.send(&random) }
            let descriptors = try daemon.leastDescriptorCount()
            let memory = try daemon.residentMemory()
            var statuses: Set<Int> = []
            for _ in 0..<Self.count { statuses.formUnion(try Self.send(&random)) }
            print("invalid requests: \(Self.count), statuses \(statuses.sorted())")
            #expect(statuses.isSuperset(of: [200, 204, 400, 404, 405, 417, 421, 501, 505]))
            #expect(try daemon.get("/-/healthy").status == 200)
            let isSettled = try Waiting.holds { try daemon.descriptorCount() == descriptors }
            let now = try daemon.descriptorCount()
            #expect(isSettled, "\(now) descriptors, \(descriptors) at first")
            let growth = try daemon.residentMemory() - memory
            print("invalid requests: grew by \(growth / 1024) KiB")
            #expect(growth < 1 << 20, "grew by \(growth) octets")
        }
    }

    /// Sends octets in one or two pieces on their own connection; returns the statuses of the responses.
    @discardableResult
    private static func send(_ random: inout SeededGenerator) throws -> [Int] {
        let octets = MutatedRequest.octets(&random)
        let client = try RawClient()
        let cut = Bool.random(using: &random) ? Int.random(in: 0...octets.count, using: &random) : 0
        if cut > 0 { client.send(octets[..<cut]) }
        if cut < octets.count { client.send(octets[cut...]) }
        client.finishSending()
        let received = try #require(client.everything(), "no end after \(octets)")
        let answers = try #require(try? WireAnswer.readAll(received), "\(octets) was answered by \(received)")
        // After the client has closed its side the connection ends, and the last response announces that.
        try #require(answers.dropLast().allSatisfy { !$0.closes }, "\(octets)")
        return answers.map(\.status)
    }
}
