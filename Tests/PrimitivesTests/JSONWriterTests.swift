import FoundationEssentials
import Primitives
import Testing

@Suite struct JSONWriterTests {
    private enum Word: String { case one }

    private static func text(_ document: JSONText) -> String { String(decoding: document.octets, as: UTF8.self) }

    private static func written(_ write: (inout JSONWriter) -> Void) -> String {
        text(.written { $0.object(write) })
    }

    @Test func `Members have the order of the calls, and nil is omitted`() {
        let text = Self.written { json in
            json.member("z", "text")
            json.member("none", nil as String?)
            json.member("a", Word.one)
            json.member("none", nil as Int?)
            json.object("o") { $0.member("m", true) }
            json.array("l", [1, 2]) { json, number in json.object { $0.member("n", number) } }
            json.strings("s", ["x", "y"])
        }
        #expect(text == #"{"z":"text","a":"one","o":{"m":true},"l":[{"n":1},{"n":2}],"s":["x","y"]}"# + "\n")
    }

    @Test func `Numbers without a fraction are integers`() {
        let text = Self.written { json in
            json.member("a", 12_548.0)
            json.member("b", 0.00003)
            json.member("c", 12.5)
            json.member("d", UInt16.max)
            json.member("e", -1)
        }
        #expect(text == #"{"a":12548,"b":3e-05,"c":12.5,"d":65535,"e":-1}"# + "\n")
    }

    @Test func `Every character survives, and none controls a terminal`() throws {
        let scalars = ((0...0x3000 as ClosedRange<UInt32>).map { $0 } + [0xE0001, 0x1F642]).compactMap(
            Unicode.Scalar.init)
        let all = String(String.UnicodeScalarView(scalars))
        let document = JSONText.written { json in json.object { $0.member(all, all) } }
        #expect(try JSONDecoder().decode([String: String].self, from: Data(document.octets)) == [all: all])
        #expect(!Self.text(document).dropLast().unicodeScalars.contains { $0.isUnprintable })
        #expect(
            Self.written { $0.member("a", "\u{7F}\u{9B}2J\u{202E}\u{E0001}é\"\\\n") }
                == #"{"a":"\u007f\u009b2J\u202e\udb40\udc01é\"\\\n"}"# + "\n")
    }

    @Test func `The indented form has one line per member`() {
        let document = JSONText.written { json in
            json.object { json in
                json.member("a", #"{"x": [1,2]}\"#)
                json.array("l", [1, 2]) { json, number in json.object { $0.member("n", number) } }
                json.strings("e", [])
                json.object("o") { _ in }
            }
        }
        #expect(
            Self.text(document.indented) == #"""
                {
                  "a": "{\"x\": [1,2]}\\",
                  "l": [
                    {
                      "n": 1
                    },
                    {
                      "n": 2
                    }
                  ],
                  "e": [],
                  "o": {}
                }

                """#)
        #expect(document.indented.fingerprint == document.fingerprint)
    }

    private static func document(_ value: Int, at time: Int) -> JSONText {
        .written { json in
            json.object { json in
                json.member("value", value)
                json.outsideFingerprint { $0.member("time", time) }
                json.member("last", value)
            }
        }
    }

    @Test func `The fingerprint depends on everything except excluded members`() {
        let first = Self.document(1, at: 1)
        #expect(first.fingerprint == Self.document(1, at: 2).fingerprint)
        #expect(first.fingerprint != Self.document(2, at: 1).fingerprint)
        #expect(!first.isFingerprintComplete)
    }

    @Test func `A document inside another one contributes its fingerprint`() {
        func outer(_ inner: JSONText) -> JSONText {
            .written { json in json.object { json in json.member("inner") { $0.document(inner) } } }
        }
        let first = outer(Self.document(1, at: 1))
        #expect(Self.text(first) == #"{"inner":{"value":1,"time":1,"last":1}}"# + "\n")
        #expect(first.fingerprint == outer(Self.document(1, at: 2)).fingerprint)
        #expect(first.fingerprint != outer(Self.document(2, at: 1)).fingerprint)
        #expect(!first.isFingerprintComplete)
        let complete = JSONText.written { json in json.object { $0.member("value", 1) } }
        #expect(complete.isFingerprintComplete && outer(complete).isFingerprintComplete)
    }
}
