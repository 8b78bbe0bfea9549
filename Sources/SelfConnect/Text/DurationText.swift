// Durations as text: `250ms`, `30s`, `10m`, `1h30m`. Code uses Duration; text is only used in input and output.

extension Duration {
    /// Parses integers with a unit each, largest unit first: `d`, `h`, `m`, `s`, `ms`, `us`.
    ///
    /// A number without a unit is rejected: `interval: 30` does not say thirty of what unit. At most 1000 days.
    package init(text: some StringProtocol) throws(ParseError) {
        let malformed = ParseError("“\(text)” is not a duration: write a number and a unit, as in 250ms, 30s or 10m")
        var rest = text[...]
        var total = Duration.zero
        var previous = Duration.seconds(86_400_000)
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let unitText = rest.dropFirst(digits.count).prefix { $0.isLetter }
            guard let number = Int64(digits), number <= 100_000_000_000,
                let unit = Self.units.first(where: { $0.text == unitText })?.length, unit < previous
            else { throw malformed }
            total += unit * number
            previous = unit
            rest = rest.dropFirst(digits.count + unitText.count)
        } while !rest.isEmpty
        guard total <= .seconds(86_400_000) else { throw ParseError("“\(text)” is more than 1000 days") }
        self = total
    }

    private static let units: [(text: Substring, length: Duration)] = [
        ("d", .seconds(86_400)), ("h", .seconds(3600)), ("m", .seconds(60)), ("s", .seconds(1)),
        ("ms", .milliseconds(1)), ("us", .microseconds(1)),
    ]

    /// In seconds, for JSON and metrics; less than a nanosecond is dropped. Up to 104 days it is the double next to the decimal
    /// number, whose text is as short as that number's.
    package var inSeconds: Double {
        (Double(components.seconds) * 1e9 + Double(components.attoseconds / 1_000_000_000)) / 1e9
    }

    /// The shortest exact text that `init(text:)` accepts, such as `1m30s`; nanoseconds are dropped.
    package var text: String {
        var rest = self
        var text = ""
        for unit in Self.units {
            let count = Int64(rest / unit.length)
            guard count > 0 else { continue }
            text += "\(count)\(unit.text)"
            rest -= unit.length * count
        }
        return text.isEmpty ? "0s" : text
    }

    /// One rounded value for a sentence, such as `3 s` or `2 min`.
    package var rounded: String {
        let seconds = inSeconds
        return switch seconds {
        case ..<1: "\(Int(seconds * 1000)) ms"
        case ..<120: "\(Int(seconds)) s"
        case ..<7200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3600)) h"
        default: "\(Int(seconds / 86_400)) days"
        }
    }
}
