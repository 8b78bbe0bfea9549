/// A set of TCP ports, stored as sorted, disjoint, non-adjacent ranges.
///
/// Parses and prints the format of `net.ipv4.ip_local_reserved_ports` (`1,2-4,10-10`, proc_do_large_bitmap in
/// kernel/sysctl.c), which is also the format of `ports:` in the configuration.
package struct PortSet: Hashable, Sendable {
    /// The ranges in ascending order, separated by at least one port.
    package private(set) var ranges: [PortRange] = []

    /// An empty set.
    package init() {}

    /// The ports of these ranges, which may overlap and be in any order.
    package init(_ ranges: some Sequence<PortRange>) {
        for range in ranges.sorted(by: { $0.first < $1.first }) {
            guard let previous = self.ranges.last, Int(range.first) <= Int(previous.last) + 1 else {
                self.ranges.append(range)
                continue
            }
            let joined = PortRange(previous.first, max(previous.last, range.last))
            self.ranges[self.ranges.count - 1] = joined
        }
    }

    /// These ports.
    package init(ports: some Sequence<UInt16>) {
        self.init(ports.map { PortRange($0, $0) })
    }

    /// Parses `1,2-4,10-10`; surrounding white space and an empty text (no ports) are allowed.
    package init(_ text: some StringProtocol) throws(ParseError) {
        var ranges: [PortRange] = []
        let trimmed = text.split(whereSeparator: \.isWhitespace)
        guard trimmed.count <= 1 else { throw ParseError("“\(text)” has white space between its ports") }
        for part in trimmed.first?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
            ranges.append(try PortRange(part))
        }
        self.init(ranges)
    }

    /// Parses ip_local_reserved_ports, where the kernel also accepts and prints port 0, which is ignored.
    package init(kernelText text: some StringProtocol) throws(ParseError) {
        if text.hasPrefix("0-") {
            try self.init("1" + text.dropFirst())
        } else if text.hasPrefix("0,") || text.hasPrefix("0\n") || text == "0" {
            try self.init(text.dropFirst(text.hasPrefix("0,") ? 2 : 1))
        } else {
            try self.init(text)
        }
    }

    /// The number of ports.
    package var count: Int { ranges.reduce(0) { $0 + $1.count } }

    /// Whether the set is empty.
    package var isEmpty: Bool { ranges.isEmpty }

    /// The ports in ascending order.
    package var ports: some Sequence<UInt16> { ranges.lazy.flatMap(\.ports) }

    /// Whether the set contains this port, in logarithmic time.
    package func contains(_ port: UInt16) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].last < port { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(port)
    }

    /// Adds one port.
    package mutating func insert(_ port: UInt16) {
        guard !contains(port) else { return }
        self = PortSet(ranges + [PortRange(port, port)])
    }

    /// The ports of both sets.
    package func union(_ other: PortSet) -> PortSet {
        PortSet(ranges + other.ranges)
    }

    /// The ports of this set that are in `range`.
    package func intersection(_ range: PortRange) -> PortSet {
        PortSet(
            ranges.compactMap { part in
                let first = max(part.first, range.first)
                let last = min(part.last, range.last)
                return first <= last ? PortRange(first, last) : nil
            })
    }

    /// The ports of this set that are not in `other`.
    package func subtracting(_ other: PortSet) -> PortSet {
        PortSet(ports: ports.filter { !other.contains($0) })
    }
}

extension PortSet: CustomStringConvertible {
    /// The shortest text that the kernel accepts, such as `1-4,10`.
    package var description: String { ranges.map(\.description).joined(separator: ",") }
}
