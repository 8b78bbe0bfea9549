import CLinux
import Glibc
import HTTP
import Primitives
import Reporting
import SelfConnect
import Snapshots

@testable import Linux

/// A hot path with a fixed input.
enum Workload: String, CaseIterable {
    /// The head of a request of curl.
    case request
    /// The verdicts of a target of each kind.
    case verdict
    /// `/metrics` of these targets.
    case metrics
    /// `/v1/status` of these targets.
    case json
    /// A datagram with 32 sockets of a dump.
    case netlink
    /// The event filter of 100 ports, made again for a kernel with other ports.
    case filter
    /// The pages of four searches of a snapshot of 1,000 stolen ports of one name.
    case page

    /// Runs it; the result of each time depends on the input, so that the compiler cannot leave it out.
    func run(_ times: Int) {
        let body = prepared
        var sum = 0
        for _ in 0..<times { sum &+= body() }
        precondition(sum != 0 || times == 0, "the work has no result")
    }

    private var prepared: () -> Int {
        switch self {
        case .request: Self.parser
        case .verdict: Self.assessment
        case .metrics: Self.exposition
        case .json: Self.document
        case .netlink: Self.dump
        case .filter: Self.eventFilter
        case .page: Self.searches
        }
    }

    private static var parser: () -> Int {
        let head =
            "GET /v1/targets/127.0.0.1:50010 HTTP/1.1\r\nHost: 127.0.0.1:9293\r\n"
            + "User-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n"
        let octets = Array(head.utf8)
        return {
            var parser = RequestParser(limits: Limits())
            return parser.parse(octets.span).consumed
        }
    }

    private static var assessment: () -> Int {
        let evidence = Example.targets.map(\.finding.evidence)
        return { evidence.reduce(0) { $0 + Assessment($1).reason.utf8.count } }
    }

    private static var exposition: () -> Int {
        let snapshot = Example.snapshot
        return {
            let parts = MetricsText.parts(SnapshotMetrics.families(snapshot, detail: .targets), .prometheus)
            return MetricsText.merge(parts, [], .prometheus).count
        }
    }

    private static var document: () -> Int {
        let snapshot = Example.snapshot
        return {
            let targets = TargetList(snapshot.targets, TargetContext(snapshot))
            return JSONDocuments.status(snapshot, Example.service, targets: targets).octets.count
        }
    }

    private static var dump: () -> Int {
        let datagram = (0..<32).flatMap { dumpedSocket(UInt16(40000 + $0)) }
        return {
            var conversation = NetlinkConversation(sequence: 1, isDump: true)
            var ports = 0
            do throws(SystemCallError) {
                _ = try conversation.process(datagram.span.bytes, from: 0) { _, payload throws(SystemCallError) in
                    ports += Int(try SockDiagCodec.record(payload)?.local.port ?? 0)
                }
            } catch {
                preconditionFailure("\(error)")
            }
            return ports
        }
    }

    /// `struct inet_diag_msg` of a listener of 127.0.0.1, as a message of a dump.
    private static func dumpedSocket(_ port: UInt16) -> [UInt8] {
        var message = [UInt8](repeating: 0, count: MemoryLayout<inet_diag_msg>.size)
        message[0] = UInt8(AF_INET)
        message[1] = 10  // TCP_LISTEN
        message[4] = UInt8(port >> 8)
        message[5] = UInt8(port & 0xFF)
        message[8] = 127
        message[11] = 1
        return NetlinkMessage.request(
            type: UInt16(SOCK_DIAG_BY_FAMILY), flags: NLM_F_MULTI, sequence: 1, payload: message)
    }

    private static var eventFilter: () -> Int {
        let ports = PortSet((0..<100).map { PortRange(40000 + 2 * $0, 40000 + 2 * $0) })
        return { DestroyEventFilter(passing: ports).instructions.count }
    }

    private static var searches: () -> Int {
        var snapshot = Example.snapshot
        snapshot.targets = (0..<1000).map { Example.manySockets(40_000 + $0) }
        let queries = (0..<4).map { number in PageQuery().changed { $0.search = "4000\(number)" } }
        return { [snapshot] in
            let source = PageSource(snapshot)
            return queries.reduce(0) { $0 + StatusPage.html(source, Example.service, $1).count }
        }
    }
}
