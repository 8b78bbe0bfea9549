import SelfConnect
import Testing

@Suite struct SelfConnectionTallyTests {
    private static let endpoint = Endpoint(.loopback4, 40100)

    private static func holder(_ inode: UInt32, on endpoint: Endpoint = endpoint) -> Holder {
        let socket = SocketRecord(state: .established, local: endpoint, peer: endpoint, inode: inode)
        return Holder(state: .selfConnected, socket: socket, conflicts: true)
    }

    @Test("A self-connection that no pass has seen is counted when it ends") func unseen() {
        var tally = SelfConnectionTally()
        #expect(tally.end(on: Self.endpoint) == nil)
        #expect(tally.end(on: Self.endpoint) == nil)
        #expect(tally.total == 2)
    }

    @Test("A self-connection that passes have seen is counted once and recognised when it ends") func seen() {
        var tally = SelfConnectionTally()
        #expect(tally.update([Self.holder(1)]) == [Self.holder(1)])
        #expect(tally.update([Self.holder(1)]) == [])
        #expect(tally.end(on: Self.endpoint) == Self.holder(1))
        #expect(tally.update([]) == [])
        #expect(tally.total == 1)
    }

    @Test(
        "The next self-connection on an endpoint is a new one, even if it is seen before the end of the first is announced"
    )
    func next() {
        var tally = SelfConnectionTally()
        _ = tally.update([Self.holder(1)])
        #expect(tally.update([Self.holder(2)]) == [Self.holder(2)])
        #expect(tally.end(on: Self.endpoint) == Self.holder(1))
        #expect(tally.end(on: Self.endpoint) == Self.holder(2))
        #expect(tally.end(on: Self.endpoint) == nil)
        #expect(tally.total == 3)
    }

    @Test("A self-connection whose end is never announced is forgotten and does not replace another")
    func forgotten() {
        var tally = SelfConnectionTally()
        _ = tally.update([Self.holder(1)])
        _ = tally.update([])
        _ = tally.update([])
        #expect(tally.end(on: Self.endpoint) == nil)
        #expect(tally.total == 2)
    }

    @Test("A self-connection that loses its inode when its owner closes it is still the same") func closed() {
        var tally = SelfConnectionTally()
        _ = tally.update([Self.holder(1)])
        #expect(tally.update([Self.holder(0)]) == [])
        #expect(tally.end(on: Self.endpoint) == Self.holder(1))
        #expect(tally.total == 1)
    }
}
