import SelfConnect
import TestSupport
import Testing

/// Durations as text.
@Suite struct DurationTextTests {
    @Test(
        "A number with a unit is read, and written in its shortest exact form",
        arguments: [
            ("250ms", .milliseconds(250), "250ms"), ("30s", .seconds(30), "30s"), ("10m", .seconds(600), "10m"),
            ("90s", .seconds(90), "1m30s"), ("1h30m", .seconds(5400), "1h30m"),
            ("1000d", .seconds(86_400_000), "1000d"),
            ("0s", .zero, "0s"), ("1d2h3m4s5ms6us", .microseconds(93_784_005_006), "1d2h3m4s5ms6us"),
            ("1500us", .microseconds(1500), "1ms500us"), ("007s", .seconds(7), "7s"),
        ] as [(String, Duration, String)])
    func wellFormed(_ text: String, _ duration: Duration, _ shortest: String) throws {
        #expect(try Duration(text: text) == duration)
        #expect(duration.text == shortest)
        #expect(try Duration(text: shortest) == duration)
    }

    @Test(
        "Ambiguous text is rejected",
        arguments: [
            "", "30", "s", "1 s", " 1s", "1s ", "-1s", "+1s", "1.5s", "1S", "1min", "1s1s", "1s1m", "1ms1s", "1ns",
            "1µs",
            "٣s", "99999999999999999999s", "1s2",
        ])
    func malformed(_ text: String) {
        let message = "“\(text)” is not a duration: write a number and a unit, as in 250ms, 30s or 10m"
        #expect(throws: ParseError(message)) { try Duration(text: text) }
    }

    @Test(
        "A duration of more than 1000 days is rejected", arguments: ["1001d", "1000d1us", "86400001s", "100000000000s"])
    func tooLong(_ text: String) {
        #expect(throws: ParseError("“\(text)” is more than 1000 days")) { try Duration(text: text) }
    }

    @Test("Random durations survive a round trip through their text", arguments: [5, 6] as [UInt64]) func roundTrip(
        _ seed: UInt64
    )
        throws
    {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let duration = Duration.microseconds(Int64.random(in: 0...86_400_000_000_000, using: &generator))
            #expect(try Duration(text: duration.text) == duration)
        }
    }

    @Test(
        "In a sentence a duration has one unit, rounded down",
        arguments: [
            (.zero, "0 ms"), (.milliseconds(250), "250 ms"), (.milliseconds(999), "999 ms"), (.seconds(1), "1 s"),
            (.seconds(119), "119 s"), (.seconds(120), "2 min"), (.seconds(7199), "119 min"), (.seconds(7200), "2 h"),
            (.seconds(172_799), "47 h"), (.seconds(172_800), "2 days"),
        ] as [(Duration, String)])
    func rounded(_ duration: Duration, _ expected: String) {
        #expect(duration.rounded == expected)
    }

    @Test("Seconds keep their fraction") func seconds() {
        #expect(Duration.milliseconds(1500).inSeconds == 1.5 && Duration.milliseconds(-250).inSeconds == -0.25)
        #expect("\(Duration.microseconds(300).inSeconds)" == "0.0003", "no digits that the duration does not have")
    }
}
