// A port that changes while it is surveyed, from values.

import SelfConnect
import Testing

@testable import Probing

@Suite struct ChangingPortTests {
    @Test("It is looked at a few times, and no more") func bounded() {
        var port = ChangingPort(Self.look(.notAvailable))
        var looks = 1
        while port.admitsLook {
            port.record(Self.look(.notAvailable))
            looks += 1
        }
        #expect(looks == ChangingPort.limit)
    }

    @Test("A probe that connected to itself counts more than a listener, and that more than nothing") func best() {
        let (looped, held, nothing) = (
            Self.look(.selfConnected, isHeld: true), Self.look(.reachedListener, isHeld: true), Self.look(.notAvailable)
        )
        for looks in [[looped, held, nothing], [nothing, held, looped], [held, looped, nothing]] {
            #expect(Self.verdict(looks) == .susceptible)
        }
        for looks in [[held, nothing], [nothing, held]] { #expect(Self.verdict(looks) == .latent) }
        #expect(Self.verdict([nothing, nothing]) == .inconclusive, "what has the port was never seen")
    }

    @Test("A listener that came and went is not taken for NAT, unless every look is answered") func redirected() {
        let answered = Self.look(.reachedListener)
        #expect(ChangingPort(answered).isRedirected(answered))
        #expect(!ChangingPort(Self.look(.selfConnected)).isRedirected(answered))
        var known = answered
        known.memory.hadListener = true
        var port = ChangingPort(known)
        while port.admitsLook {
            #expect(!port.isRedirected(answered))
            port.record(answered)
        }
        #expect(port.isRedirected(answered))
    }

    @Test(
        "A port that has shown a listener or a self-connection in one look is not redirected, however often it is answered then"
    )
    func known() {
        let answered = Self.look(.reachedListener)
        for first in [Self.look(.selfConnected, isHeld: true), Self.look(.reachedListener, isHeld: true)] {
            var port = ChangingPort(first)
            while port.admitsLook {
                #expect(!port.isRedirected(answered))
                port.record(answered)
            }
            #expect(!port.isRedirected(answered))
        }
    }

    private static func verdict(_ looks: [Evidence]) -> Verdict {
        var port = ChangingPort(looks[0])
        for look in looks.dropFirst() { port.record(look) }
        return Assessment(port.best).verdict
    }

    private static func look(_ outcome: Observation.Outcome, isHeld: Bool = false) -> Evidence {
        let endpoint = Endpoint(.loopback4, 40002)
        let socket = SocketRecord(
            state: .listen, local: endpoint, peer: Endpoint(.unspecified4, 0))
        let kernel = KernelFacts(
            release: "6.18", ephemeralRange: PortRange(40000, 41000), reservedPorts: PortSet())
        return Evidence(
            endpoint: endpoint, clients: [.connect], kernel: kernel,
            address: AddressFacts(isOwn: true, routeSource: .loopback4),
            sockets: PortSockets(holders: isHeld ? [Holder(state: .listening, socket: socket, conflicts: true)] : []),
            probes: ProbeResults(directed: [
                .connect: Observation(client: .connect, outcome: outcome, at: Timestamp(nanoseconds: 0))
            ]))
    }
}
