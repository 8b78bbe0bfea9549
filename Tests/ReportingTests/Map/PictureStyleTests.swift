import Glibc
import Testing

@testable import Reporting

/// The contrasts that PictureStyle promises, computed as WCAG 2.2 defines them.
@Suite struct PictureStyleTests {
    private static let grounds = ["g-exposed", "g-redirected", "g-refused", "g-bound", "r", "u"]
    private static let marks = [
        "m-listener", "m-bound", "m-source", "m-selfConnection", "m-timeWait", "m-unseen", "p-critical", "p-warning",
        "p-notice", "p-ok",
    ]

    @Test("Text is readable on the page", arguments: [false, true]) func text(isDark: Bool) throws {
        let style = Style(isDark: isDark)
        for selector in ["text", "title", "small"] {
            #expect(try style.contrast(selector, "page") >= 4.5, "\(selector)")
        }
    }

    @Test("Backgrounds are distinguished by their edges, or by their hatching", arguments: [false, true])
    func grounds(isDark: Bool) throws {
        let style = Style(isDark: isDark)
        for ground in Self.grounds { #expect(try style.contrast("[class^=g-]", ground) >= 3, "\(ground)") }
        #expect(try style.contrast("[class^=g-]", "page") >= 3)
        for hatched in ["r", "u"] { #expect(try style.contrast("\(hatched)+path", hatched) >= 3, "\(hatched)") }
    }

    @Test("Holders and pins are visible on each background", arguments: [false, true]) func marks(isDark: Bool) throws {
        let style = Style(isDark: isDark)
        for mark in Self.marks {
            for ground in Self.grounds + ["page"] {
                #expect(try style.contrast(mark, ground) >= 3, "\(mark) on \(ground)")
            }
        }
    }
}

/// The colours of the style sheet.
private struct Style {
    private var colors: [String: String] = [:]

    init(isDark: Bool) {
        let parts = PictureStyle.css.split(separator: "@media", maxSplits: 1)
        for part in isDark ? parts[...] : parts.prefix(1) {
            for rule in part.matches(of: /([^{}]+)\{([^{}]*)\}/) {
                // The colour that is seen: the fill, or the edge of what has none.
                let found = rule.2.firstMatch(of: /(?:fill|stroke):(#[0-9a-f]+)/)
                guard let color = found?.1, !rule.1.contains(".p-critical,") else { continue }
                for selector in rule.1.split(separator: ",") {
                    colors[String(selector.drop { $0.isWhitespace || $0 == "." })] = String(color)
                }
            }
        }
    }

    func contrast(_ one: String, _ other: String) throws -> Double {
        let luminances = [try luminance(one), try luminance(other)].sorted()
        return (luminances[1] + 0.05) / (luminances[0] + 0.05)
    }

    private func luminance(_ selector: String) throws -> Double {
        let digits = try #require(colors[selector], "no colour of \(selector)").dropFirst()
        let channels =
            digits.count == 3
            ? digits.map { "\($0)\($0)" }
            : stride(from: 0, to: 6, by: 2).map { offset in
                String(digits.dropFirst(offset).prefix(2))
            }
        let linear = try channels.map { channel in
            let value = Double(try #require(Int(channel, radix: 16))) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
}
