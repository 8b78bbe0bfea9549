import Probing
import SelfConnect
import Testing

@Suite struct SceneTests {
    @Test("Passed over are the reserved and the bound ports of the range, and no others") func passedOver() throws {
        let kernel = KernelFacts(
            ephemeralRange: PortRange(40000, 41000), reservedPorts: try PortSet("39990-40001,40500,50000"))
        let nobody = Endpoint(.loopback4, 0)
        let sockets = [
            SocketRecord(state: .listen, local: Endpoint(.loopback4, 40100), peer: nobody),
            SocketRecord(state: .closed, local: Endpoint(.loopback6, 40102), peer: nobody),
            SocketRecord(state: .listen, local: Endpoint(.loopback4, 30000), peer: nobody),
            SocketRecord(state: .established, local: Endpoint(.loopback4, 40104), peer: Endpoint(.loopback4, 30000)),
            SocketRecord(state: .timeWait, local: Endpoint(.loopback4, 40106), peer: Endpoint(.loopback4, 30000)),
        ]
        let scene = Scene(kernel: kernel, sockets: SocketTable(sockets))
        #expect(try scene.passedOver == PortSet("40000-40001,40100,40102,40500"))
    }
}
