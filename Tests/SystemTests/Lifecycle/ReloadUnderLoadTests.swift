import Linux
import SelfConnect
import Synchronization
import TestSupport
import Testing

extension TimeTests {
    /// Reloads while clients read. SELFCONNECTD_RELOADS=200 does that many.
    @Suite(.enabled(if: PrivateNetwork.isAvailable)) struct ReloadUnderLoadTests {
        /// The results of the readers.
        private final class Tally: Sendable {
            private let state = Mutex((answers: 0, failures: [String](), readers: 0, isOver: false))

            var isOver: Bool { state.withLock { $0.isOver } }
            var answers: Int { state.withLock { $0.answers } }
            var failures: [String] { state.withLock { $0.failures } }
            var readers: Int { state.withLock { $0.readers } }

            func begin() { state.withLock { $0.readers += 1 } }
            func end() { state.withLock { $0.readers -= 1 } }
            func finish() { state.withLock { $0.isOver = true } }

            func count(_ answer: String?) {
                state.withLock { state in
                    state.answers += 1
                    if answer?.hasPrefix("HTTP/1.1 200 OK\r\n") != true { state.failures.append(answer ?? "no answer") }
                }
            }
        }

        private static let request = "GET /v1/targets/127.0.0.1:40002 HTTP/1.1\r\nHost: localhost\r\n"

        @Test("Alternating valid and invalid files cost eight clients no response and the daemon no resources")
        func reloads() throws {
            let reloads = Binary.reloads ?? 20
            try PrivateNetwork.run(range: PortRange(32768, 60999)) {
                var daemon = try RunningDaemon(Self.good(0))
                let tally = Tally()
                for reader in 0..<8 { try Self.startReader(tally, keepsConnection: reader.isMultiple(of: 2)) }
                defer { tally.finish() }
                // The first ones touch pages and fill caches that then stay.
                for round in 0..<6 { try Self.reload(daemon, round) }
                let memory = try daemon.residentMemory()
                let since = try daemon.target("127.0.0.1:40002").since
                for round in 0..<reloads { try Self.reload(daemon, round) }
                let growth = try daemon.residentMemory() - memory
                #expect(try daemon.target("127.0.0.1:40002").since == since)
                tally.finish()
                #expect(Waiting.holds { tally.readers == 0 })
                #expect(tally.failures == [])
                #expect(tally.answers > 8 * reloads)
                try Self.expectSettled(daemon)
                // The event log fills, and the allocator keeps memory: 800 reloads grew by 3.2 MiB.
                #expect(growth < 4 << 20, "grew by \(growth) octets")
                print("reload: \(reloads) under load, \(tally.answers) answers, grew by \(growth / 1024) KiB")
                #expect(daemon.stop().end == .exited(0))
            }
        }

        /// As many descriptors as a daemon that was never reloaded.
        private static func expectSettled(_ daemon: borrowing RunningDaemon) throws {
            #expect(try daemon.reloaded(good(0)))
            let reloaded = try daemon.leastDescriptorCount()
            let fresh = try PrivateNetwork.run(range: PortRange(32768, 60999)) {
                var fresh = try RunningDaemon(good(0))
                let count = try fresh.leastDescriptorCount()
                #expect(fresh.stop().end == .exited(0))
                return count
            }
            #expect(reloaded == fresh)
        }

        /// A valid and an invalid file in turn; the valid ones differ in targets, intervals and listeners.
        private static func reload(_ daemon: borrowing RunningDaemon, _ round: Int) throws {
            let isGood = round.isMultiple(of: 2)
            let text = isGood ? good(round / 2) : "targets: [{name: web, ports: 0}]"
            #expect(try daemon.reloaded(text) == isGood, "round \(round)")
        }

        private static func good(_ round: Int) -> String {
            """
            listen: [127.0.0.1:9293\(round.isMultiple(of: 2) ? "" : ", 127.0.0.1:9294")]
            probe: {interval: \(round % 3 + 1)s, loop: {interval: 0s}}
            targets:
              - {name: web, ports: 40002}
              - {name: more, ports: \(41000 + round % 5)-41020}
            """
        }

        /// Reads continuously on its own thread, on one connection or on one after another.
        private static func startReader(_ tally: Tally, keepsConnection: Bool) throws(SystemCallError) {
            tally.begin()
            try Thread.start(name: "reader") {
                defer { tally.end() }
                while !tally.isOver {
                    do {
                        let client = try RawClient()
                        guard keepsConnection else {
                            // Thousands of TIME_WAITs would be sockets for the daemon to survey, and use its memory.
                            client.endByReset()
                            client.send(request + "\r\n")
                            tally.count(client.receive())
                            continue
                        }
                        // The daemon ends a connection after a thousand requests, and announces that in the last
                        // response.
                        for _ in 0..<999 where !tally.isOver {
                            client.send(request + "\r\n")
                            tally.count(client.receive())
                        }
                    } catch {
                        tally.count("\(error)")
                    }
                }
            }
        }
    }
}
