import Linux
import Probing
import SelfConnect

/// How many attempts a workload made, and in what time.
struct Tally {
    var attempts = 0
    var elapsed = Duration.zero
}

/// Something that did not go as the benchmark needs it.
struct UnfitPort: Error, CustomStringConvertible {
    let description: String
}

/// What is measured.
enum Workload {
    /// Attempts in one slice, as in the daemon and in `selfconnectd probe`.
    private static let slice = 512
    /// Ports in one slice of a map, as in `selfconnectd map`.
    private static let mapSlice = 256
    private static let timeout = Duration.milliseconds(250)
    private static let targets: UInt16 = 50

    /// The loop probe to a port that clients of this kind are not given, so that it does not close.
    static func loop(_ port: UInt16, as kind: ClientKind, for time: Duration) throws(SystemCallError) -> Tally {
        var loop = try LoopProbe(to: endpoint(port), plan: plan(kind, time))
        while true {
            if let ended = loop.advance(slice) { return Tally(attempts: ended.attempts, elapsed: ended.elapsed) }
        }
    }

    /// The same with a check before each slice whether another socket has taken the port: as the daemon runs it.
    static func guardedLoop(_ port: UInt16, for time: Duration) throws -> Tally {
        var survey = try Survey(timeout: timeout)
        var loop = try LoopProbe(to: endpoint(port), plan: plan(.connect, time))
        while true {
            guard try survey.isSafeToLoop(endpoint(port), for: .connect) else {
                throw UnfitPort(description: "\(port) is not free")
            }
            if let ended = loop.advance(slice) { return Tally(attempts: ended.attempts, elapsed: ended.elapsed) }
        }
    }

    /// Each port of the range in turn, narrowed to itself, on one socket.
    static func sweep(_ ports: PortRange, for time: Duration) throws -> Tally {
        let socket = try TCPSocket(for: .loopback4)
        try socket.setConnectTimeout(timeout)
        return try measure(time) { () throws -> Int in
            for port in ports.ports {
                try socket.setLocalPortRange(PortRange(port, port))
                let connection = try socket.connect(to: SocketAddress(.loopback4, port: port))
                guard connection.local == connection.peer else { throw UnfitPort(description: "\(port) is not free") }
                try socket.disconnect()
            }
            return ports.count
        }
    }

    /// The map of the namespace's range, which consists of these ports.
    static func maps(of ports: PortRange, for time: Duration) throws -> Tally {
        var survey = try Survey(timeout: timeout)
        return try measure(time) { () throws -> Int in
            var sweep = try survey.sweep(of: .loopback4)
            while true {
                guard let map = try survey.advance(&sweep, atMost: mapSlice) else { continue }
                guard map.countByOutcome == [.selfConnected: ports.count] else {
                    throw UnfitPort(description: "\(map.countByOutcome)")
                }
                return ports.count
            }
        }
    }

    /// The directed probe, a socket for each port.
    static func directedProbes(_ ports: PortRange, for time: Duration) throws -> Tally {
        var probe = DirectedProbe(timeout: timeout)
        let kernel = try KernelSurvey().read()
        let address = AddressFacts(isOwn: true, routeSource: .loopback4)
        return try measure(time) { () throws -> Int in
            for port in ports.ports {
                let seen = try probe.run(.connect, to: endpoint(port), kernel: kernel, address: address)
                guard seen.outcome == .selfConnected else { throw UnfitPort(description: "\(port): \(seen.outcome)") }
            }
            return ports.count
        }
    }

    /// Passes over 50 targets, verdicts included.
    static func survey(from first: UInt16, for time: Duration) throws -> Tally {
        var survey = try Survey(timeout: timeout)
        let targets = (first..<first + targets).map { Target(name: "\($0)", endpoint: endpoint($0)) }
        return try measure(time) { () throws -> Int in
            let state = try survey.readState()
            for target in targets {
                let verdict = try survey.survey(target, in: state).assessment.verdict
                guard verdict == .susceptible else { throw UnfitPort(description: "\(target.endpoint): \(verdict)") }
            }
            return targets.count
        }
    }

    /// Passes over as many targets as the range has ports, as the daemon makes them: listeners, self-connections and stolen
    /// ports. With no time, one pass.
    static func passes(over ports: PortRange, for time: Duration) throws -> Tally {
        var survey = try Survey(timeout: timeout)
        let targets = ports.ports.map { Target(name: "\($0)", endpoint: endpoint($0)) }
        return try measure(time) { () throws -> Int in
            let state = try survey.readState()
            let census = SocketCensus(state.sockets, in: state.kernel.ephemeralRange)
            guard census.selfConnections.isEmpty else { throw UnfitPort(description: "\(census.selfConnections)") }
            for target in targets {
                let verdict = try survey.survey(target, in: state).assessment.verdict
                guard verdict == .susceptible || verdict == .stolen else {
                    throw UnfitPort(description: "\(target.endpoint): \(verdict)")
                }
            }
            return targets.count
        }
    }

    private static func measure(_ time: Duration, _ round: () throws -> Int) throws -> Tally {
        var tally = Tally()
        let start = Clock.monotonic
        repeat {
            tally.attempts += try round()
            tally.elapsed = Clock.monotonic - start
        } while tally.elapsed < time
        return tally
    }

    private static func plan(_ kind: ClientKind, _ time: Duration) -> ProbePlan {
        ProbePlan(client: kind, attempts: .max, time: time, attemptTimeout: timeout)
    }

    private static func endpoint(_ port: UInt16) -> Endpoint { Endpoint(.loopback4, port) }
}
