// What sock_diag returns about a single connection, and whether that shows a probe or a client.

import SelfConnect

/// What the kernel returns about one connection; nil where it returns nothing.
struct ConnectionInformation: Hashable {
    /// What it has sent and received.
    var counters: SegmentCounters?
    /// How long it has sent no data; of one that never did, how long it has been established. In ticks of the kernel: 1 to
    /// 10 ms.
    var sinceSending: Duration?
    /// SO_SNDBUF, as getsockopt(2) would read it.
    var sendBuffer: UInt32?
    /// SO_MAX_PACING_RATE.
    var maxPacingRate: UInt64?
}

/// The mark of a probe's socket: a size of the send buffer and a bound on the rate of sending that no other program uses.
/// Every process may read them, the size of an open socket (INET_DIAG_SKMEMINFO) and the bound also of one that ends
/// (INET_DIAG_INFO). They change nothing of what the socket sends or of what the kernel does with it.
enum ProbeMark {
    /// The value of SO_MAX_PACING_RATE, in octets a second: no bound in fact.
    static let pacingRate = UInt32.max - 5003
    /// The value of SO_SNDBUF.
    static let size: Int32 = 5003
    /// What the kernel makes of it: the double (socket(7)).
    static let readSize = UInt32(2 * size)
}

/// Whether a self-connection is a client's, or one of those that probes make for microseconds and end by a reset.
public enum SelfConnectionOrigin: Hashable, Sendable {
    /// A client's: it has exchanged data, has lasted, or was closed in the ordinary way.
    case client
    /// It stands since a moment ago, and nothing was sent.
    case fresh
    /// Marked as a probe's, or not known.
    case unknown

    /// How long a connection stands that is no probe's: a probe resets within microseconds unless its process has no turn.
    /// The kernel counts it in ticks, so that a fresh one has to be looked at a second time.
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
