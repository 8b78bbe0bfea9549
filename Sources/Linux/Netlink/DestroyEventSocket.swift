import CLinux
import Glibc
package import SelfConnect

/// Receives destroy events of the network namespace that the calling thread was in when it was made. Needs no privilege.
package struct DestroyEventSocket: ~Copyable {
    /// The result of one reading.
    package struct Reading: Hashable, Sendable {
        /// The events, in their order.
        package var events: [DestroyEvent]
        /// How often the receive queue overflowed since the last reading: an unknown number of events is lost.
        package var overruns: Int

        /// Memberwise initializer.
        package init(events: [DestroyEvent] = [], overruns: Int = 0) {
            self.events = events
            self.overruns = overruns
        }
    }

    private let descriptor: Descriptor
    private var buffer = [UInt8](repeating: 0, count: 8192)

    /// The requested size of the receive queue, in bytes; an event occupies 1,280. Without CAP_NET_ADMIN the kernel limits it to
    /// net.core.rmem_max, by default 212,992, and doubles that.
    private static let queueSize: Int32 = 2 << 20

    /// A socket for the ends of servers and self-connections on these ports.
    ///
    /// - Parameter queueSize: the size of the receive queue, for tests.
    package init(passing ports: PortSet, queueSize: Int32? = nil) throws(SystemCallError) {
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = Descriptor(
            owning: try call("socket AF_NETLINK") { socket(AF_NETLINK, type, NETLINK_SOCK_DIAG) })
        let size = queueSize ?? Self.queueSize
        if (try? descriptor.set(SOL_SOCKET, SO_RCVBUFFORCE, to: size, "SO_RCVBUFFORCE")) == nil {
            try descriptor.set(SOL_SOCKET, SO_RCVBUF, to: size, "SO_RCVBUF")
        }
        try Self.attach(DestroyEventFilter(passing: ports), to: descriptor)
        try Self.bind(descriptor)
        for group in DestroyEventCodec.groups {
            try descriptor.set(SOL_NETLINK, Int32(NETLINK_ADD_MEMBERSHIP), to: group, "NETLINK_ADD_MEMBERSHIP")
        }
        self.descriptor = descriptor
    }

    /// The descriptor to poll for reading.
    package var number: Int32 { descriptor.number }

    /// Replaces the ports. Events that are queued already remain.
    package func filter(passing ports: PortSet) throws(SystemCallError) {
        try Self.attach(DestroyEventFilter(passing: ports), to: descriptor)
    }

    /// Reads the queued events, from at most `limit` messages. The kernel reports a queue that overflowed once, before the
    /// messages that are still queued (netlink(7)), and again only after they were read (`netlink_overrun`): a second report
    /// at once is an error.
    package mutating func read(atMost limit: Int) throws(SystemCallError) -> Reading {
        var reading = Reading()
        var isAfterOverrun = false
        for _ in 0..<limit {
            do throws(SystemCallError) {
                let (count, sender) = try receive()
                let datagram = buffer.span.bytes.extracting(0..<count)
                try DestroyEventCodec.forEach(in: datagram, from: sender) { reading.events.append($0) }
                isAfterOverrun = false
            } catch  where error.code == EAGAIN {
                return reading
            } catch  where error.code == ENOBUFS && !isAfterOverrun {
                isAfterOverrun = true
                reading.overruns += 1
            }
        }
        return reading
    }

    private mutating func receive() throws(SystemCallError) -> (count: Int, sender: UInt32) {
        var sender = sockaddr_nl()
        var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
        let number = descriptor.number
        let count = try call("recv destroy events") {
            buffer.withUnsafeMutableBytes { bytes in
                withUnsafeMutablePointer(to: &sender) { sender in
                    sender.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        recvfrom(number, bytes.baseAddress, bytes.count, 0, $0, &length)
                    }
                }
            }
        }
        return (count, sender.nl_pid)
    }

    /// Makes the kernel choose a port id. A socket without one has the port id of the kernel, and the sender of a multicast does
    /// not receive it (`do_one_broadcast`).
    private static func bind(_ descriptor: borrowing Descriptor) throws(SystemCallError) {
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        let number = descriptor.number
        try call("bind AF_NETLINK") {
            withUnsafePointer(to: address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.bind(number, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
                }
            }
        }
    }

    private static func attach(
        _ filter: DestroyEventFilter, to descriptor: borrowing Descriptor
    ) throws(SystemCallError) {
        var instructions = filter.instructions.map {
            sock_filter(code: $0.code, jt: $0.whenTrue, jf: $0.whenFalse, k: $0.value)
        }
        let count = UInt16(instructions.count)
        let number = descriptor.number
        try call("setsockopt SO_ATTACH_FILTER") {
            instructions.withUnsafeMutableBufferPointer { buffer in
                var program = sock_fprog(len: count, filter: buffer.baseAddress)
                return setsockopt(
                    number, SOL_SOCKET, SO_ATTACH_FILTER, &program, socklen_t(MemoryLayout<sock_fprog>.size))
            }
        }
    }
}
