/// Ports as bits, in words of 64. Only the words from the first port to the last one are stored: a namespace often has a single
/// server, and there can be thousands of namespaces.
struct PortBits: Sendable {
    /// The numbers of the words that are stored; all others are 0.
    let stored: Range<Int>
    private let words: [UInt64]

    /// The bits of these ports, the first of which is that of `lowest`; no port is below that.
    init(_ ports: PortSet, from lowest: UInt16) {
        guard let first = ports.ranges.first?.first, let last = ports.ranges.last?.last else {
            (stored, words) = (0..<0, [])
            return
        }
        let start = Int(first - lowest) / 64
        var words = [UInt64](repeating: 0, count: Int(last - lowest) / 64 + 1 - start)
        for port in ports.ports {
            let offset = Int(port - lowest)
            words[offset / 64 - start] |= 1 << UInt64(offset % 64)
        }
        stored = start..<start + words.count
        self.words = words
    }

    /// A word, by its number.
    subscript(word: Int) -> UInt64 { stored.contains(word) ? words[word - stored.lowerBound] : 0 }

    /// Whether the bit at this offset is 1.
    func contains(_ offset: Int) -> Bool { self[offset / 64] >> UInt64(offset % 64) & 1 == 1 }
}
