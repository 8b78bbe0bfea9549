import SelfConnect
import Testing

/// What a snapshot says of the whole host.
@Suite struct SnapshotTests {
    @Test("Self-connections on no target add the ports of at most 64 of them to the remedy, inside the range only")
    func limit() {
        let kernel = KernelFacts(ephemeralRange: PortRange(40000, 41000))
        var snapshot = Snapshot(
            targets: [], drift: Drift(kernel), times: SnapshotTimes(lastPass: Timestamp(nanoseconds: 0)))
        #expect(snapshot.remedies[nil] == nil)
        snapshot.host.census.selfConnections = ([30000] + Array(40100..<40300)).map(Self.selfConnection)
        #expect(snapshot.unwatchedSelfConnections.count == 201)
        #expect(snapshot.remedies[nil]?.needed == PortSet([PortRange(40100, 40162)]))
        snapshot.host.census.selfConnections = [Self.selfConnection(40100)]
        snapshot.host.census.selfConnections[0].namespace = "blue"
        #expect(snapshot.remedies[nil] == nil && snapshot.remedies["blue"] == nil, "its range is not known")
    }

    private static func selfConnection(_ port: UInt16) -> Holder {
        let endpoint = Endpoint(.loopback4, port)
        return Holder(
            state: .selfConnected, socket: SocketRecord(state: .established, local: endpoint, peer: endpoint),
            conflicts: true)
    }
}
