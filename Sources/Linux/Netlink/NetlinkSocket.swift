import CLinux
import Glibc

/// A netlink socket for one request at a time (netlink(7)).
struct NetlinkSocket: ~Copyable {
    private let protocolNumber: Int32
    private var descriptor: Descriptor
    /// Whether a request was not completed: its dump may still be running, and the kernel would reject another one on
    /// the same socket (EBUSY, `__netlink_dump_start`).
    private var isStale = false
    private var sequence: UInt32 = 0
    private var buffer = [UInt8](repeating: 0, count: 65536)

    /// The kernel replies from its own memory: a longer wait means that something is wrong.
    private static let receiveTimeout = Duration.seconds(3)
    private static let attemptLimit = 8

    /// A socket for a protocol, such as NETLINK_SOCK_DIAG, in the calling thread's network namespace.
    init(protocol number: Int32) throws(SystemCallError) {
        protocolNumber = number
        descriptor = try Self.open(number)
    }

    private static func open(_ number: Int32) throws(SystemCallError) -> Descriptor {
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = Descriptor(owning: try call("socket AF_NETLINK") { socket(AF_NETLINK, type, number) })
        let time = timeval(tv_sec: Int(receiveTimeout.components.seconds), tv_usec: 0)
        try descriptor.set(SOL_SOCKET, SO_RCVTIMEO, to: time, "SO_RCVTIMEO")
        return descriptor
    }

    /// Sends a request and calls `record` with the type and payload of each record of the reply. An interrupted dump is
    /// repeated after `restart` has discarded its records.
    ///
    /// - Throws: also if the kernel returns an error.
    mutating func request(
        _ operation: String, type: UInt16, flags: Int32, payload: [UInt8],
        restart: () -> Void, record: (UInt16, RawSpan) throws(SystemCallError) -> Void
    ) throws(SystemCallError) {
        let refusal = try answer(
            operation, type: type, flags: flags, payload: payload, restart: restart, record: record)
        if let refusal { throw SystemCallError(operation, code: refusal) }
    }

    /// Like `request`, but returns an error that the kernel sends as its reply: it is a result. A thrown error means that
    /// there was no reply, for example because a security module denied the request.
    mutating func answer(
        _ operation: String, type: UInt16, flags: Int32, payload: [UInt8],
        restart: () -> Void, record: (UInt16, RawSpan) throws(SystemCallError) -> Void
    ) throws(SystemCallError) -> Int32? {
        if isStale {
            descriptor = try Self.open(protocolNumber)
            isStale = false
        }
        do throws(SystemCallError) {
            for _ in 0..<Self.attemptLimit {
                sequence &+= 1
                restart()
                let request = NetlinkMessage.request(type: type, flags: flags, sequence: sequence, payload: payload)
                try send(request, operation)
                let isDump = flags & NLM_F_DUMP == NLM_F_DUMP
                let conversation = NetlinkConversation(sequence: sequence, isDump: isDump)
                switch try receiveReply(conversation, operation, record) {
                case .interrupted, .unfinished: continue
                case .finished: return nil
                case .refused(let code): return code
                }
            }
            throw SystemCallError(operation, "interrupted \(Self.attemptLimit) times", code: EAGAIN)
        } catch {
            isStale = true
            throw error
        }
    }

    private func send(_ request: [UInt8], _ operation: String) throws(SystemCallError) {
        var kernel = sockaddr_nl()
        kernel.nl_family = sa_family_t(AF_NETLINK)
        let number = descriptor.number
        let count = try call(operation) {
            withUnsafePointer(to: kernel) { kernel in
                kernel.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(number, request, request.count, 0, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
                }
            }
        }
        guard count == request.count else { throw SystemCallError(operation, code: EMSGSIZE) }
    }

    /// Receives until the reply is complete.
    private mutating func receiveReply(
        _ conversation: NetlinkConversation, _ operation: String,
        _ record: (UInt16, RawSpan) throws(SystemCallError) -> Void
    ) throws(SystemCallError) -> NetlinkConversation.Progress {
        var conversation = conversation
        while true {
            let (count, sender) = try receive(operation)
            let datagram = buffer.span.bytes.extracting(0..<count)
            let progress = try conversation.process(datagram, from: sender, record)
            if progress != .unfinished { return progress }
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
                        // MSG_TRUNC: returns the real length, so that truncation is detected.
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
