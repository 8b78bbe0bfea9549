// Before Linux 6.8 a connect() with IP_LOCAL_PORT_RANGE looked for a port as any other does: at those of one parity first,
// that of its lowest port. Since then it takes them as they come (`__inet_hash_connect`). Which kernel this is, it is
// asked: TCP_FASTOPEN_CONNECT makes connect() choose a port and put the SYN off until data is written, which never is.

import CLinux
import Glibc
import SelfConnect

/// Finds out whether a client with a port range of its own is given ports of both parities.
enum RangeParityExperiment {
    /// How many pairs of ports are tried until both of one are free.
    private static let tries = 8
    /// How often one of them is chosen: by chance the same each time once in 2³¹.
    private static let choices = 32
    /// How often the first one has to come again after the second: it was free then.
    private static let returns = 3

    /// The answer, from some sockets that send nothing; nil: no two ports were free for them, or TCP Fast Open is disabled.
    static func walksBothParities(in range: PortRange) -> Bool? {
        guard range.count > 1 else { return nil }
        for _ in 0..<tries {
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
        // The second port was never chosen: because of its parity, unless something has it.
        return try choice(of: PortRange(pair.last, pair.last)) == nil ? nil : false
    }

    /// The port that a connect() is given from these; nil: none, or the kernel did more than choose.
    private static func choice(of ports: PortRange) throws(SystemCallError) -> UInt16? {
        let socket = try TCPSocket(for: .loopback4)
        try socket.setNonBlocking()
        try socket.setLocalPortRange(ports)
        try socket.set(Int32(IPPROTO_TCP), TCP_FASTOPEN_CONNECT, to: 1, "TCP_FASTOPEN_CONNECT")
        try socket.set(Int32(IPPROTO_TCP), TCP_FASTOPEN_NO_COOKIE, to: 1, "TCP_FASTOPEN_NO_COOKIE")
        // A SYN, if there were one: no process listens on port 0.
        let peer = try SocketAddress(.loopback4, port: 0)
        guard peer.withPointer({ Glibc.connect(socket.number, $0, $1) }) == 0 else { return nil }
        return try socket.localEndpoint().port
    }
}
