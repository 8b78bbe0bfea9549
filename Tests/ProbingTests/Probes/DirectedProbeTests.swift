import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(
    .enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct DirectedProbeTests {
    @Test("A self-connection is recorded with both ends, one attempt and no error", arguments: ClientKind.allCases)
    func observation(kind: ClientKind) throws {
        let endpoint = try Endpoint("127.0.0.1:40002")
        let seen = try PrivateNetwork.run { try DirectedProbe.run(kind, to: endpoint) }
        #expect(seen.outcome == .selfConnected)
        #expect(seen.client == kind)
        #expect(seen.attempts == 1)
        #expect(seen.local == endpoint)
        #expect(seen.peer == endpoint)
        #expect(seen.error == nil)
        #expect(seen.elapsed > .zero)
    }

    @Test(
        "Outside the range the probe is skipped, and a listener there sees no connection",
        arguments: ClientKind.allCases)
    func outsideRange(kind: ClientKind) throws {
        let (seen, wasReached, isReachable) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:30000")
            let server = try PlainSocket.listener(on: endpoint)
            let seen = try DirectedProbe.run(kind, to: endpoint)
            let wasReached = server.hasWaitingConnection
            let client = try PlainSocket(for: endpoint.address)
            try client.connect(to: endpoint)
            return (seen, wasReached, server.hasWaitingConnection)
        }
        #expect(seen.outcome == .skipped)
        #expect(seen.detail == "the port is outside the ephemeral range")
        #expect(seen.attempts == 0)
        #expect(!wasReached)
        #expect(isReachable)
    }

    @Test(
        "Nothing is sent to a foreign address, even if a route to it exists",
        .enabled(if: VirtualPair.isAvailable, "\(VirtualPair.hindrance ?? "")"),
        .enabled(if: PacketFilter.isAvailable, "\(PacketFilter.hindrance ?? "")"))
    func foreignAddress() throws {
        let (seen, sent, sentByOthers) = try PrivateNetwork.run {
            try VirtualPair.make()
            try Command.script("ip route add default via 192.168.77.9")
            try PacketFilter.count("ip daddr 192.0.2.1")
            let endpoint = try Endpoint("192.0.2.1:40002")
            let seen = try ClientKind.allCases.map { try DirectedProbe.run($0, to: endpoint) }
            let sent = try PacketFilter.counted()
            // The counter works: it counts the packet of a plain client.
            try? PlainSocket(for: endpoint.address, limit: .seconds(1)).connect(to: endpoint)
            return (seen, sent, try PacketFilter.counted())
        }
        #expect(seen.allSatisfy { $0.outcome == .skipped && $0.detail == "the address is not the host's own" })
        #expect(sent == 0)
        #expect(sentByOthers > 0)
    }

    @Test("If the range has changed before the attempt, a listener is detected and accepts no connection")
    func rangeMovedAway() throws {
        let (seen, left) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:30000")
            let server = try PlainSocket.listener(on: endpoint)
            // Outdated facts: the kernel ignores the option for this port now.
            let kernel = KernelFacts(ephemeralRange: PortRange(29000, 41000))
            let seen = try DirectedProbe.run(.connect, to: endpoint, kernel: kernel)
            #expect(!server.hasWaitingConnection)
            withExtendedLifetime(server) {}
            return (seen, try PrivateNetwork.socketsLeft())
        }
        #expect(seen.outcome == .reachedListener)
        #expect(left.isEmpty)
    }

    @Test("An error that says nothing about the port is a failure with its text") func failure() throws {
        let seen = try PrivateNetwork.run {
            try DirectedProbe.run(.bind, to: Endpoint("192.0.2.1:40002"), isOwn: true)
        }
        #expect(seen.outcome == .failed)
        #expect(seen.error == "EADDRNOTAVAIL")
        #expect(seen.detail == "bind 192.0.2.1: Cannot assign requested address (EADDRNOTAVAIL)")
    }

    @Test(
        "A packet filter that drops ends the probe within its timeout",
        .enabled(if: PacketFilter.isAvailable, "\(PacketFilter.hindrance ?? "")"))
    func dropped() throws {
        let (seen, left) = try PrivateNetwork.run {
            try PacketFilter.onOutput("tcp dport 40002 drop")
            let seen = try DirectedProbe.run(.connect, to: Endpoint("127.0.0.1:40002"), timeout: .milliseconds(100))
            return (seen, try PrivateNetwork.socketsLeft())
        }
        #expect(seen.outcome == .timedOut)
        #expect(seen.elapsed >= .milliseconds(100) && seen.elapsed < .seconds(2))
        #expect(left.isEmpty)
    }

    @Test("2,000 probes leave no TIME_WAIT and no descriptor") func leavesNothing() throws {
        let (left, before, after) = try PrivateNetwork.run {
            let before = ProcessUsage.current().openDescriptors ?? 0
            let kernel = try KernelSurvey().read()
            let texts = ["127.0.0.1:40002", "[::1]:40002", "127.0.0.2:40002", "127.0.0.1:40505"]
            let endpoints = try texts.map { try Endpoint($0) }
            for round in 0..<TestScale.repetitions(2000) {
                let kind = ClientKind.allCases[round / 4 % 4]
                _ = try DirectedProbe.run(kind, to: endpoints[round % 4], kernel: kernel)
            }
            return (try PrivateNetwork.socketsLeft(), before, ProcessUsage.current().openDescriptors ?? 0)
        }
        #expect(left.isEmpty)
        // Other tests open and close some: far fewer than one per probe.
        #expect(after - before < 200)
    }

    @Test("A listener that is probed 2,000 times as every client kind sees no connection")
    func listenerUntouched() throws {
        let (outcomes, wasReached) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40004")
            let server = try PlainSocket.listener(on: endpoint)
            let kernel = try KernelSurvey().read()
            var outcomes: Set<Observation.Outcome> = []
            for _ in 0..<TestScale.repetitions(2000) {
                for kind in ClientKind.allCases {
                    outcomes.insert(try DirectedProbe.run(kind, to: endpoint, kernel: kernel).outcome)
                }
            }
            return (outcomes, server.hasWaitingConnection)
        }
        #expect(outcomes == [.notAvailable])
        #expect(!wasReached)
    }

    private static let expected: Set<Observation.Outcome> = [.selfConnected, .notAvailable]

    @Test("A listener that comes and goes during probes is detected, and the race leaves no trace")
    func race() throws {
        let (outcomes, left) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40004")
            let server = try Repetition {
                let server = try? PlainSocket.listener(on: endpoint, reusesAddress: true)
                withExtendedLifetime(server) {}
            }
            let kernel = try KernelSurvey().read()
            var outcomes: Set<Observation.Outcome> = []
            let end = Clock.monotonic + Waiting.limit
            var probes = 0
            // On a busy machine the server may not be scheduled for a while.
            while probes < TestScale.repetitions(4000)
                || (!outcomes.isSuperset(of: Self.expected) && Clock.monotonic < end)
            {
                outcomes.insert(try DirectedProbe.run(.connect, to: endpoint, kernel: kernel).outcome)
                probes += 1
            }
            server.stop()
            return (outcomes, try PrivateNetwork.socketsLeft())
        }
        #expect(outcomes.isSuperset(of: Self.expected))
        #expect(outcomes.isSubset(of: [.selfConnected, .notAvailable, .reachedListener, .refused]))
        #expect(left.isEmpty)
    }

    @Test("A server that sets SO_REUSEADDR never fails to bind while probes run on its port")
    func serverBinds() throws {
        let (failures, probes) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40004")
            let kernel = try KernelSurvey().read()
            let prober = try Repetition {
                for kind in ClientKind.allCases {
                    _ = try? DirectedProbe.run(kind, to: endpoint, kernel: kernel)
                }
            }
            var failures: [String] = []
            let end = Clock.monotonic + Waiting.limit
            var starts = 0
            while starts < TestScale.repetitions(1000) || (prober.count <= 100 && Clock.monotonic < end) {
                starts += 1
                do {
                    let server = try PlainSocket.listener(on: endpoint, reusesAddress: true)
                    withExtendedLifetime(server) {}
                } catch {
                    failures.append("\(error)")
                }
                // Lets probes run in between.
                Thread.sleep(.microseconds(50))
            }
            return (failures, prober.stop())
        }
        #expect(failures.isEmpty)
        #expect(probes > TestScale.repetitions(100))
    }
}

extension DirectedProbe {
    /// One probe in the calling thread's namespace, by default with its own facts.
    static func run(
        _ kind: ClientKind, to endpoint: Endpoint, kernel: KernelFacts? = nil, isOwn: Bool? = nil,
        timeout: Duration = .milliseconds(250)
    ) throws -> Observation {
        let facts = try kernel ?? KernelSurvey().read()
        var addresses = try AddressSurvey()
        var address = try addresses.facts(about: endpoint.address)
        if let isOwn { address = AddressFacts(isOwn: isOwn, routeSource: address.routeSource) }
        var probe = DirectedProbe(timeout: timeout)
        return try probe.run(kind, to: endpoint, kernel: facts, address: address)
    }
}
