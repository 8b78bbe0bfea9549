import SelfConnect
import Testing

/// How a reason describes the holder of the port and its addresses.
@Suite struct HolderTextTests {
    private static func reason(
        _ local: String, isIPv6Only: Bool = false, state: TCPState = .listen, _ name: (inout Holder) -> Void = { _ in }
    ) throws -> String {
        let local = try Endpoint(local)
        let socket = SocketRecord(
            state: state, local: local, peer: Endpoint(local.address, 0), isIPv6Only: isIPv6Only, uid: 1000, inode: 7)
        let target = local.address.isIPv6 && isIPv6Only ? Endpoint(.loopback6, 40004) : Endpoint(.loopback4, 40004)
        var holders = SocketTable([socket]).holders(of: target)
        name(&holders[0])
        let evidence = Evidence(
            endpoint: target, clients: [.connect], kernel: KernelFacts(),
            address: AddressFacts(isOwn: true, routeSource: target.address),
            sockets: PortSockets(holders: holders))
        let assessment = Assessment(evidence)
        #expect(assessment.verdict == .latent)
        return assessment.reason
    }

    @Test(arguments: [
        ("0.0.0.0:40004", false, "all IPv4 addresses (0.0.0.0:40004)"),
        ("[::]:40004", false, "all addresses ([::]:40004)"),
        ("[::]:40004", true, "all IPv6 addresses ([::]:40004)"),
        ("[::ffff:0.0.0.0]:40004", false, "all IPv4 addresses ([::ffff:0.0.0.0]:40004)"),
        ("127.0.0.1:40004", false, "127.0.0.1:40004"),
        ("[::1]:40004", true, "[::1]:40004"),
    ]) func `the text of a listener explains its address`(_ local: String, _ only: Bool, _ text: String) throws {
        #expect(try Self.reason(local, isIPv6Only: only).contains("a listener of uid 1000 on \(text) keeps"))
        let bound = try Self.reason(local, isIPv6Only: only, state: .closed)
        #expect(bound.contains("a socket of uid 1000 that is bound to \(text) and does not listen keeps"))
    }

    @Test func `the owner has its most specific name`() throws {
        func owner(_ name: (inout Holder) -> Void) throws -> Substring {
            let reason = try Self.reason("127.0.0.1:40004", name)
            let start = try #require(reason.firstRange(of: "a listener of ")).upperBound
            let end = try #require(reason.firstRange(of: " on 127.0.0.1")).lowerBound
            return reason[start..<end]
        }
        #expect(try owner { _ in } == "uid 1000")
        #expect(try owner { $0.user = "alice" } == "user alice")
        #expect(try owner { ($0.user, $0.controlGroup) = ("alice", "/") } == "user alice")
        #expect(try owner { ($0.user, $0.controlGroup) = ("alice", "/payload") } == "control group /payload")
        #expect(try owner { ($0.controlGroup, $0.command, $0.pid) = ("/payload", "java", 812) } == "java (pid 812)")
        #expect(try owner { ($0.unit, $0.command, $0.pid) = ("hdfs.service", "java", 812) } == "hdfs.service")
    }
}
