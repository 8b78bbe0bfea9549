import SelfConnect
import Testing

@Suite struct SelfConnectionTallyTests {
    private static let endpoint = Endpoint(.loopback4, 40100)

    private static func holder(_ inode: UInt32, on endpoint: Endpoint = endpoint) -> Holder {
        let socket = SocketRecord(state: .established, local: endpoint, peer: endpoint, inode: inode)
        return Holder(state: .selfConnected, socket: socket, conflicts: true)
    }

    @Test("One that no pass has seen is counted at its end") func unseen() {
        var tally = SelfConnectionTally()
        #expect(tally.end(on: Self.endpoint) == nil)
        #expect(tally.end(on: Self.endpoint) == nil)
        #expect(tally.total == 2)
    }

    @Test("One that passes have seen is counted once, and known at its end") func seen() {
        var tally = SelfConnectionTally()
        #expect(tally.update([Self.holder(1)]) == [Self.holder(1)])
        #expect(tally.update([Self.holder(1)]) == [])
        #expect(tally.end(on: Self.endpoint) == Self.holder(1))
        #expect(tally.update([]) == [])
        #expect(tally.total == 1)
    }

    @Test("The next one on the same endpoint is another, also if it was seen before the end of the first was announced")
    func next() {
        var tally = SelfConnectionTally()
        _ = tally.update([Self.holder(1)])
        #expect(tally.update([Self.holder(2)]) == [Self.holder(2)])
        #expect(tally.end(on: Self.endpoint) == Self.holder(1))
        #expect(tally.end(on: Self.endpoint) == Self.holder(2))
        #expect(tally.end(on: Self.endpoint) == nil)
        #expect(tally.total == 3)
    }

    @Test("One whose end was never announced is forgotten, so that it does not take the place of another")
    func forgotten() {
        var tally = SelfConnectionTally()
        _ = tally.update([Self.holder(1)])
        _ = tally.update([])
        _ = tally.update([])
        #expect(tally.end(on: Self.endpoint) == nil)
        #expect(tally.total == 2)
    }

    @Test("One that its owner has closed has no inode any more, and is the same") func closed() {
        var tally = SelfConnectionTally()
        _ = tally.update([Self.holder(1)])
        #expect(tally.update([Self.holder(0)]) == [])
        #expect(tally.end(on: Self.endpoint) == Self.holder(1))
        #expect(tally.total == 1)
    }
}
