// What sock_diag returns about a single connection, and whether it belongs to a probe or a client.

import SelfConnect

/// Data of one connection; nil for values that the kernel does not return.
struct ConnectionInformation: Hashable {
    /// Counters of segments and bytes.
    var counters: SegmentCounters?
    /// Time since the connection last sent data, or since it was established if it has sent none. In ticks of the
    /// kernel: 1 to 10 ms.
    var sinceSending: Duration?
    /// SO_SNDBUF, as getsockopt(2) returns it.
    var sendBuffer: UInt32?
    /// SO_MAX_PACING_RATE.
    var maxPacingRate: UInt64?
}

/// The mark of a probe's socket: a send buffer size and a maximum sending rate that no other program uses. Every process can
/// read them, the size of an open socket (INET_DIAG_SKMEMINFO), the rate also of one that has ended (INET_DIAG_INFO), and they
/// have no effect on what the socket sends or on the kernel's port choice.
enum ProbeMark {
    /// The value of SO_MAX_PACING_RATE, in bytes per second: no limit in practice.
    static let pacingRate = UInt32.max - 5003
    /// The value of SO_SNDBUF.
    static let size: Int32 = 5003
    /// The value that the kernel returns: twice the size (socket(7)).
    static let readSize = UInt32(2 * size)
}

/// Whether a self-connection belongs to a client or to a probe, which resets it after microseconds.
package enum SelfConnectionOrigin: Hashable, Sendable {
    /// The connection belongs to a client: it has exchanged data, is old enough, or was closed normally.
    case client
    /// New, and without data.
    case fresh
    /// Marked as a probe's, or unknown.
    case unknown

    /// Minimum age of a client's connection: a probe resets within microseconds unless its process is not scheduled.
    /// The kernel counts the age in ticks, so a new connection must be examined a second time.
    private static let age = Duration.milliseconds(5)

    init(_ information: ConnectionInformation) {
        guard let counters = information.counters, let age = information.sinceSending,
            information.sendBuffer != ProbeMark.readSize
        else {
            self = .unknown
            return
        }
        self = counters.dataSegmentsOut > 0 || age >= Self.age ? .client : .fresh
    }
}
