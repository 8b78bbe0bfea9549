/// Consecutive TCP ports including both ends, such as the ephemeral range 32768-60999.
package struct PortRange: Hashable, Sendable {
    /// The lowest port.
    package let first: UInt16
    /// The highest port.
    package let last: UInt16

    /// The ports from `first` to `last`.
    ///
    /// - Precondition: `first` is at most `last`.
    package init(_ first: UInt16, _ last: UInt16) {
        precondition(first <= last, "a port range runs upwards")
        self.first = first
        self.last = last
    }

    /// Parses `50070-50075` or the single port `50010`.
    package init(_ text: some StringProtocol) throws(ParseError) {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try Port.parse(ends[0])
        let last = ends.count == 2 ? try Port.parse(ends[1]) : first
        guard first <= last else { throw ParseError("the range \(text) is empty: \(first) is above \(last)") }
        self.init(first, last)
    }

    /// The number of ports, at least 1.
    package var count: Int { Int(last) - Int(first) + 1 }

    /// The ports in ascending order.
    package var ports: ClosedRange<UInt16> { first...last }

    /// Whether the range contains this port.
    package func contains(_ port: UInt16) -> Bool { ports.contains(port) }
}

extension PortRange: CustomStringConvertible {
    /// `50070-50075`, or `50010` for a single port: the format of ip_local_reserved_ports.
    package var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
}
