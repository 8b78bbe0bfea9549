/// Decides when the heap memory of a peak of connections is returned to the kernel: once most of them have ended. The
/// allocator would keep it for the next peak.
struct ConnectionPeak {
    /// The smallest peak whose memory is worth returning.
    static let smallest = 256
    /// What is left of a peak when it counts as over.
    private static let remainder = 8

    private var peak = 0

    /// Whether memory will be returned once connections have ended.
    var isHigh: Bool { peak >= Self.smallest }

    /// There are this many connections now.
    mutating func record(_ count: Int) { peak = max(peak, count) }

    /// Ends the peak if few enough connections are left, with which the next one begins; returns whether it has ended.
    mutating func end(at count: Int) -> Bool {
        guard isHigh, count <= peak / Self.remainder else { return false }
        peak = count
        return true
    }
}
