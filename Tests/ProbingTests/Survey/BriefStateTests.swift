import Linux
import SelfConnect
import TestSupport
import Testing

@testable import Probing

/// A look at a namespace that does not walk the tables of the host comes to the same verdicts as one that does.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct BriefStateTests {
    @Test(
        arguments: [
            .free, .listening("127.0.0.1"), .listening("::"), .bound("127.0.0.1"), .source("127.0.0.1"),
            .source("127.0.0.1", isBound: true), .source("127.0.0.1", reusesAddress: true), .accepted("127.0.0.1"),
            .selfConnected("127.0.0.1"), .selfConnected("::ffff:127.0.0.1"), .timeWait("127.0.0.1"),
            .closedSource("127.0.0.1"), .closedAccepted("127.0.0.1"), .orphan("127.0.0.1"),
        ] as [Holding])
    func sameVerdict(_ holding: Holding) throws {
        let verdicts = try PrivateNetwork.run {
            let held = try holding.take(40_010)
            var survey = try Survey(timeout: .milliseconds(250))
            let target = Target(name: "t", endpoint: Endpoint(.loopback4, 40_010))
            let brief = try survey.readBriefState(of: [target.endpoint])
            let first = try survey.survey(target, in: brief.state)
            let second = try survey.survey(target, in: try survey.readState())
            withExtendedLifetime(held) {}
            return [first, second].map(\.assessment.verdict)
        }
        #expect(verdicts[0] == verdicts[1])
    }

    @Test func `A brief state is complete if there are only listeners, and incomplete otherwise`() throws {
        let (whole, partial, walked) = try PrivateNetwork.run {
            var survey = try Survey(timeout: .milliseconds(250))
            let server = try Holding.listening("127.0.0.1").take(40_010)
            let whole = try survey.readBriefState(of: [])
            let client = try Holding.source("127.0.0.1").take(40_012)
            let partial = try survey.readBriefState(of: [])
            let walked = try survey.readBriefState(of: [], admitsWalk: true)
            withExtendedLifetime((server, client)) {}
            return (whole, partial, walked)
        }
        #expect(whole.isWhole && !whole.hasWalked && whole.state.sockets.count == 1)
        #expect(walked.isWhole && walked.hasWalked && walked.state.sockets.sockets(on: 40_012).count == 1)
        // Where a bind() leaves a trace, connections are looked for at any rate.
        #expect(partial.isWhole == !KernelFeature.restoresPortState)
    }

    @Test(arguments: [["127.0.0.1"], ["::1"], ["::"], ["127.0.0.1", "::1"], []])
    func `A brief state has all listeners, whichever families have sockets`(_ addresses: [String]) throws {
        let listeners = try PrivateNetwork.run {
            var survey = try Survey(timeout: .milliseconds(250))
            let servers = try addresses.map { try Holding.listening($0).take(40_010) }
            let brief = try survey.readBriefState(of: [])
            withExtendedLifetime(servers) {}
            return brief.state.sockets.sockets(on: 40_010).map { "\($0.local.address)" }
        }
        #expect(Set(listeners) == Set(addresses))
    }

    @Test func `Facts that are known are not read`() throws {
        let (first, known, read) = try PrivateNetwork.run {
            var survey = try Survey(timeout: .milliseconds(250))
            let first = try survey.readBriefState(of: [])
            try PrivateNetwork.write("40010", to: "net/ipv4/ip_local_reserved_ports")
            let known = try survey.readBriefState(of: [], facts: first.state.kernel)
            return (first, known, try survey.readBriefState(of: []))
        }
        #expect(!known.hasReadFacts && known.state.kernel == first.state.kernel)
        #expect(read.hasReadFacts && read.state.kernel.reservedPorts == PortSet(ports: [40_010]))
    }
}
