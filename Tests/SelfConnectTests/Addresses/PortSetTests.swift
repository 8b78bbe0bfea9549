import SelfConnect
import TestSupport
import Testing

/// Port sets compared with sets of numbers, and in the kernel's format.
@Suite struct PortSetTests {
    @Test(
        "The kernel's notation is read, and written in its shortest form",
        arguments: [
            ("", ""), ("\n", ""), ("1,2-4,10-10\n", "1-4,10"), ("33333,40000-40010\n", "33333,40000-40010"),
            ("5,4,3", "3-5"), ("1-10,5-6", "1-10"), ("1-10,5-20", "1-20"), ("7,7", "7"), ("1-65535", "1-65535"),
            (" 80 ", "80"), ("65534,65535", "65534-65535"),
        ])
    func notation(_ text: String, _ expected: String) throws {
        #expect(try PortSet(text).description == expected)
        #expect(try PortSet(kernelText: text).description == expected)
    }

    @Test(
        "Port 0, which the kernel permits to reserve, is omitted from the text",
        arguments: [("0\n", ""), ("0", ""), ("0-5,7\n", "1-5,7"), ("0,80\n", "80"), ("0-1", "1")])
    func portZero(_ text: String, _ expected: String) throws {
        #expect(try PortSet(kernelText: text).description == expected)
        #expect(throws: ParseError.self) { try PortSet(text) }
    }

    @Test(
        "Any other text is rejected",
        arguments: [
            ("1,,2", "“” is not a port: write a number from 1 to 65535"),
            (",1", "“” is not a port: write a number from 1 to 65535"),
            ("1,", "“” is not a port: write a number from 1 to 65535"),
            ("1 2", "“1 2” has white space between its ports"), ("1, 2", "“1, 2” has white space between its ports"),
            ("5-4", "the range 5-4 is empty: 5 is above 4"),
            ("all", "“all” is not a port: write a number from 1 to 65535"),
        ])
    func malformed(_ text: String, _ message: String) {
        #expect(throws: ParseError(message)) { try PortSet(text) }
    }

    @Test("Random port sets behave like sets of integers", arguments: [11, 12, 13, 14] as [UInt64])
    func model(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<40 {
            // A narrow span, so that ranges overlap and touch, at either end of all ports or between.
            let base: UInt16 = [1, 30000, 65535 - 99].randomElement(using: &generator) ?? 1
            let (left, leftModel) = Self.random(above: base, using: &generator)
            let (right, rightModel) = Self.random(above: base, using: &generator)
            let note = Comment("seed \(seed), round \(round): \(left) and \(right)")
            #expect(Array(left.ports) == leftModel.sorted() && left.count == leftModel.count, note)
            #expect(Set(left.union(right).ports) == leftModel.union(rightModel), note)
            #expect(Set(left.subtracting(right).ports) == leftModel.subtracting(rightModel), note)
            for range in right.ranges {
                #expect(Set(left.intersection(range).ports) == leftModel.intersection(range.ports), note)
            }
            for port in base...(base + 99) { #expect(left.contains(port) == leftModel.contains(port), note) }
            #expect(left.isEmpty == leftModel.isEmpty && PortSet(ports: leftModel) == left, note)
            #expect(try PortSet(left.description) == left, note)
            var inserted = left
            inserted.insert(base + 50)
            #expect(Set(inserted.ports) == leftModel.union([base + 50]), note)
            // In the shortest form: at least one port between two ranges.
            #expect(zip(left.ranges, left.ranges.dropFirst()).allSatisfy { $0.last + 1 < $1.first }, note)
        }
    }

    @Test("Ports 0 and 65535 are no special case") func ends() {
        let all = PortSet([PortRange(1, 65535)])
        #expect(all.count == 65535 && all.contains(1) && all.contains(65535) && !all.contains(0))
        #expect(all.subtracting(PortSet(ports: [1, 65535])).description == "2-65534")
        #expect(PortSet([PortRange(65535, 65535), PortRange(1, 65534)]) == all)
        #expect(PortSet().ranges.isEmpty && !PortSet().contains(1))
    }

    private static func random(above base: UInt16, using generator: inout SeededGenerator) -> (PortSet, Set<UInt16>) {
        var ranges: [PortRange] = []
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            let first = UInt16.random(in: 0...99, using: &generator)
            let last = min(99, first + UInt16.random(in: 0...12, using: &generator))
            ranges.append(PortRange(base + first, base + last))
        }
        return (PortSet(ranges), Set(ranges.flatMap(\.ports)))
    }
}
