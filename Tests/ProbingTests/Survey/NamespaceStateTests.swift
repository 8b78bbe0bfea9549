import Probing
import SelfConnect
import Testing

@Suite struct NamespaceStateTests {
    @Test("connect() skips reserved and bound ports of the range, bind() all ports in use on its address")
    func blocked() throws {
        let kernel = KernelFacts(
            ephemeralRange: PortRange(40000, 41000), reservedPorts: try PortSet("39990-40001,40500,50000"))
        let noPeer = Endpoint(.loopback4, 0)
        let sockets = [
            SocketRecord(state: .listen, local: Endpoint(.loopback4, 40100), peer: noPeer),
            SocketRecord(state: .closed, local: Endpoint(.loopback6, 40102), peer: noPeer),
            SocketRecord(state: .listen, local: Endpoint(.loopback4, 30000), peer: noPeer),
            SocketRecord(state: .established, local: Endpoint(.loopback4, 40104), peer: Endpoint(.loopback4, 30000)),
        ]
        let choice = NamespaceState(kernel: kernel, sockets: SocketTable(sockets), readAt: .zero).choice(
            for: .loopback4)
        let range = kernel.ephemeralRange
        #expect(choice.atConnect == BlockedPorts(try PortSet("40000-40001,40100,40102,40500"), in: range))
        #expect(choice.atBind == BlockedPorts(try PortSet("40000-40001,40100,40104,40500"), in: range))
    }
}
