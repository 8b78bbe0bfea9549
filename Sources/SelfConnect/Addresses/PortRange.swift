/// Consecutive TCP ports, both ends included, such as the ephemeral range 32768-60999.
public struct PortRange: Hashable, Sendable {
    /// The lowest port.
    public let first: UInt16
    /// The highest port.
    public let last: UInt16

    /// The ports from `first` to `last`.
    ///
    /// - Precondition: `first` is not above `last`.
    public init(_ first: UInt16, _ last: UInt16) {
        precondition(first <= last, "a port range runs upwards")
        self.first = first
        self.last = last
    }

    /// Reads `50070-50075` or the single port `50010`.
    public init(_ text: some StringProtocol) throws(ParseError) {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try Port.parse(ends[0])
        let last = ends.count == 2 ? try Port.parse(ends[1]) : first
        guard first <= last else { throw ParseError("the range \(text) is empty: \(first) is above \(last)") }
        self.init(first, last)
    }

    /// How many ports, at least 1.
    public var count: Int { Int(last) - Int(first) + 1 }

    /// The ports, upwards.
    public var ports: ClosedRange<UInt16> { first...last }

    /// Whether the range has this port.
    public func contains(_ port: UInt16) -> Bool { ports.contains(port) }
}

extension PortRange: CustomStringConvertible {
    /// `50070-50075`, or `50010` for a single port: the notation of ip_local_reserved_ports.
    public var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
}
