import Configuration
import Testing

/// Malicious and damaged files.
@Suite struct HostileFileTests {
    @Test("Every prefix of a file is read or rejected with places inside it") func prefixes() {
        let bytes = Array(example.utf8)
        for length in 0...bytes.count { check(Array(bytes.prefix(length))) }
    }

    @Test("50,000 damaged files are read or rejected with places inside them", arguments: 1...10)
    func mutations(_ seed: UInt64) {
        var generator = SplitMix64(state: seed)
        let original = Array(example.utf8)
        for _ in 0..<5000 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<4, using: &generator) { damage(&bytes, &generator) }
            check(bytes)
        }
    }

    @Test("The depth of nesting is limited", arguments: ["[", "{", "- ", "? ", "a: [", "[{a: "])
    func nesting(_ bracket: String) {
        let found = faults(String(repeating: bracket, count: 50_000))
        #expect(found.count == 1)
    }

    @Test("A few lines that expand to gigabytes are rejected where they begin") func billionLaughs() {
        var yaml = "a0: &a0 [lol, lol]\n"
        for level in 1...30 { yaml += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let found = faults(yaml)
        #expect(
            found.first
                == "1:1: unknown key “a0”: known here are listen, probe, map, discover, events, http, log, metrics, targets"
        )
        #expect(found.dropFirst().first == "1:5: an anchor (&name) is not supported: remove it")
        #expect(found.filter { $0.contains("an alias") }.count == 60)
    }

    @Test("Too many values are one fault") func manyNodes() {
        #expect(
            faults("listen: [" + String(repeating: "1,", count: 300_000)) == [
                "1:400004: the file has more than 200000 values"
            ])
    }

    @Test("A scalar, a key or a comment of one megabyte is handled", arguments: ["listen: ", "", "# "])
    func longScalars(_ start: String) {
        let found = faults(start + String(repeating: "x", count: 1 << 20))
        #expect(found.count == (start == "# " ? 0 : 1))
        #expect(found.allSatisfy { $0.utf8.count < 200 })
    }

    /// A file is either read, or every fault of it has a position inside the file.
    private func check(_ bytes: [UInt8]) {
        do throws(ConfigurationError) {
            _ = try Configuration.parse(bytes, file: "test.yaml")
        } catch {
            guard case .invalid(let diagnostics) = error.cause, !diagnostics.isEmpty else {
                Issue.record("no fault is named")
                return
            }
            let lines = lineLengths(bytes)
            for place in diagnostics.map(\.position) {
                let isInside =
                    lines.indices.contains(place.line - 1) && (1...lines[place.line - 1] + 1).contains(place.column)
                if !isInside { Issue.record("\(place) is outside of \(String(decoding: bytes, as: UTF8.self))") }
            }
        }
    }

    /// The length of each line in characters; CR LF ends one line.
    private func lineLengths(_ bytes: [UInt8]) -> [Int] {
        String(decoding: bytes, as: UTF8.self)
            .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(\.unicodeScalars.count)
    }

    private func damage(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        let interesting = Array("[]{}:,-?&*!|>'\"%@`#~ \t\n\r0\u{0}\u{FEFF}\u{85}9".utf8) + [0xFF, 0xC0]
        let place = Int.random(in: 0..<max(1, bytes.count), using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.insert(interesting.randomElement(using: &generator) ?? 0, at: min(place, bytes.count))
        case 2 where !bytes.isEmpty: bytes.remove(at: place)
        case 3 where !bytes.isEmpty: bytes[place] = interesting.randomElement(using: &generator) ?? 0
        default:
            let end = min(bytes.count, place + Int.random(in: 0...40, using: &generator))
            bytes.insert(
                contentsOf: Array(bytes[min(place, end)..<end]), at: Int.random(in: 0...bytes.count, using: &generator))
        }
    }
}

/// A seeded generator, so that failures can be reproduced (Steele, Lea and Flood, 2014).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
