import SelfConnect
import Testing

/// Consecutive ports.
@Suite struct PortRangeTests {
    @Test(
        "A range or a single port is read and written",
        arguments: [("50070-50075", 6), ("50010", 1), ("1-65535", 65535)])
    func wellFormed(_ text: String, _ count: Int) throws {
        let range = try PortRange(text)
        #expect(range.description == text && range.count == count && range.ports.count == count)
    }

    @Test("A range of one port is written as that port") func single() throws {
        #expect(try PortRange("80-80").description == "80")
    }

    @Test("A range includes both ends") func ends() {
        let range = PortRange(10, 12)
        #expect([9, 10, 11, 12, 13].map { range.contains($0) } == [false, true, true, true, false])
    }

    @Test(
        "Any other text is rejected",
        arguments: [
            ("75-70", "the range 75-70 is empty: 75 is above 70"),
            ("-70", "“” is not a port: write a number from 1 to 65535"),
            ("70-", "“” is not a port: write a number from 1 to 65535"),
            ("1-2-3", "“2-3” is not a port: write a number from 1 to 65535"),
            ("0-5", "port 0 is not valid: ports range from 1 to 65535"),
            ("5-65536", "port 65536 is above 65535"), ("5 - 6", "“5 ” is not a port: write a number from 1 to 65535"),
        ])
    func malformed(_ text: String, _ message: String) {
        #expect(throws: ParseError(message)) { try PortRange(text) }
    }
}
