// Before Linux 6.8 a connect() with IP_LOCAL_PORT_RANGE preferred ports of one parity, that of its lowest port, like
// any other connect(). Since then it tries all ports in order (`__inet_hash_connect`). An experiment determines the
// kernel's behaviour: with TCP_FASTOPEN_CONNECT, connect() chooses a port and delays the SYN until data is written,
// which never happens.

import CLinux
import Glibc
import SelfConnect

/// Determines whether a client with its own port range gets ports of both parities.
enum RangeParityExperiment {
    /// Maximum number of port pairs tried until both ports of one are free.
    private static let attemptLimit = 8
    /// Number of choices per pair: the probability that all are equal by chance is 1 in 2³¹.
    private static let choices = 32
    /// How often the first port must be chosen again after the second, which shows that it was free.
    private static let returns = 3

    /// The result, from a few sockets that send nothing; nil: no pair of free ports was found, or TCP Fast Open is
    /// disabled.
    static func walksBothParities(in range: PortRange) -> Bool? {
        guard range.count > 1 else { return nil }
        for _ in 0..<attemptLimit {
            let first = UInt16.random(in: range.first..<range.last)
            if let answer = try? answer(from: PortRange(first, first + 1)) { return answer }
        }
        return nil
    }

    private static func answer(from pair: PortRange) throws(SystemCallError) -> Bool? {
        var previous = pair.last
        var (returned, others) = (0, 0)
        for _ in 0..<choices {
            guard let port = try choice(of: pair) else { return nil }
            if port == pair.last { others += 1 } else if previous == pair.last { returned += 1 }
            previous = port
        }
        if others > 0 { return returned > returns ? true : nil }
        // The second port was never chosen: because of its parity, unless it is in use.
        return try choice(of: PortRange(pair.last, pair.last)) == nil ? nil : false
    }

    /// The port that connect() chooses from these; nil: none, or the kernel did more than choose.
    private static func choice(of ports: PortRange) throws(SystemCallError) -> UInt16? {
        let socket = try TCPSocket(for: .loopback4)
        try socket.setNonBlocking()
        try socket.setLocalPortRange(ports)
        try socket.set(Int32(IPPROTO_TCP), TCP_FASTOPEN_CONNECT, to: 1, "TCP_FASTOPEN_CONNECT")
        try socket.set(Int32(IPPROTO_TCP), TCP_FASTOPEN_NO_COOKIE, to: 1, "TCP_FASTOPEN_NO_COOKIE")
        // If a SYN were sent: no process listens on port 0.
        let peer = try SocketAddress(.loopback4, port: 0)
        guard peer.withPointer({ Glibc.connect(socket.number, $0, $1) }) == 0 else { return nil }
        return try socket.localEndpoint().port
    }
}
