import CLinux
import Glibc

/// A netlink socket on which one request at a time is answered (netlink(7)).
struct NetlinkSocket: ~Copyable {
    private let descriptor: Descriptor
    private var sequence: UInt32 = 0
    private var buffer = [UInt8](repeating: 0, count: 65536)

    /// The kernel answers from its own memory: longer than this means that something is wrong.
    private static let patience = Duration.seconds(5)
    private static let tries = 8

    /// A socket for a protocol, such as NETLINK_SOCK_DIAG, in the calling thread's network namespace.
    init(protocol number: Int32) throws(SystemCallError) {
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = Descriptor(owning: try call("socket AF_NETLINK") { socket(AF_NETLINK, type, number) })
        let time = timeval(tv_sec: Int(Self.patience.components.seconds), tv_usec: 0)
        try descriptor.set(SOL_SOCKET, SO_RCVTIMEO, to: time, "SO_RCVTIMEO")
        self.descriptor = descriptor
    }

    /// Asks, and calls `record` with the type and payload of each record of the answer. A dump that was
    /// interrupted is asked for again, after `restart` forgot what came of it.
    mutating func ask(
        _ operation: String, type: UInt16, flags: Int32, payload: [UInt8],
        restart: () -> Void, record: (UInt16, RawSpan) throws(SystemCallError) -> Void
    ) throws(SystemCallError) {
        for _ in 0..<Self.tries {
            sequence &+= 1
            restart()
            try send(NetlinkMessage.request(type: type, flags: flags, sequence: sequence, payload: payload), operation)
            let isDump = flags & NLM_F_DUMP == NLM_F_DUMP
            let conversation = NetlinkConversation(sequence: sequence, isDump: isDump)
            if try hear(conversation, operation, record) { return }
        }
        throw SystemCallError(operation, "interrupted \(Self.tries) times", code: EAGAIN)
    }

    private func send(_ request: [UInt8], _ operation: String) throws(SystemCallError) {
        var kernel = sockaddr_nl()
        kernel.nl_family = sa_family_t(AF_NETLINK)
        let count = try call(operation) {
            withUnsafePointer(to: kernel) { kernel in
                kernel.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor.number, request, request.count, 0, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
                }
            }
        }
        guard count == request.count else { throw SystemCallError(operation, code: EMSGSIZE) }
    }

    /// Whether the answer is complete; false if it has to be asked for again.
    private mutating func hear(
        _ conversation: NetlinkConversation, _ operation: String,
        _ record: (UInt16, RawSpan) throws(SystemCallError) -> Void
    ) throws(SystemCallError) -> Bool {
        var conversation = conversation
        while true {
            let (count, sender) = try receive(operation)
            let datagram = buffer.span.bytes.extracting(0..<count)
            switch try conversation.take(datagram, from: sender, operation, record) {
            case .unfinished: continue
            case .finished: return true
            case .interrupted: return false
            }
        }
    }

    private mutating func receive(_ operation: String) throws(SystemCallError) -> (count: Int, sender: UInt32) {
        var sender = sockaddr_nl()
        var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
        let number = descriptor.number
        let count = try call(operation) {
            buffer.withUnsafeMutableBytes { bytes in
                withUnsafeMutablePointer(to: &sender) { sender in
                    sender.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        // MSG_TRUNC: the true length, so that a datagram cut short is noticed.
                        recvfrom(number, bytes.baseAddress, bytes.count, Int32(MSG_TRUNC), $0, &length)
                    }
                }
            }
        }
        guard count <= buffer.count else {
            throw SystemCallError(operation, "a reply of \(count) octets", code: EMSGSIZE)
        }
        return (count, sender.nl_pid)
    }
}
