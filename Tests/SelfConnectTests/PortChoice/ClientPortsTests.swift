import SelfConnect
import Testing

/// The ports that reservations leave to clients, and when they are too few.
@Suite struct ClientPortsTests {
    @Test(
        "Fewer than 1024 ports or less than half of the range are too few",
        arguments: [
            ("32768-60999", "", 28_232, false, false), ("32768-60999", "1-1024,50010", 28_231, false, false),
            ("32768-60999", "32768-46883", 14_116, false, false), ("32768-60999", "32768-46884", 14_115, true, true),
            ("32768-60999", "1-65535", 0, true, true), ("40000-42047", "40000-41023", 1024, false, false),
            ("40000-42047", "40000-41024", 1023, true, true), ("40000-41999", "40000-40975", 1024, false, false),
            ("40000-41999", "40000-40976", 1023, true, false), ("40000-41000", "", 1001, true, false),
            ("50000-50063", "50000-50031", 32, true, false), ("50000-50063", "50000-50032", 31, true, true),
            ("65535", "", 1, true, false), ("65535", "65535", 0, true, true),
        ])
    func limits(_ range: String, _ reserved: String, _ count: Int, _ areTooFew: Bool, _ isLess: Bool) throws {
        let ports = ClientPorts(of: try PortRange(range), reserving: try PortSet(reserved))
        #expect(ports.count == count && ports.areTooFew == areTooFew && ports.isLessThanHalf == isLess)
    }

    @Test("Ports of both sets count once, and ports outside the range do not count") func union() throws {
        let kernel = KernelFacts(reservedPorts: try PortSet("50000-50009,1000"))
        #expect(kernel.clientPorts(reserving: try PortSet("50005-50014,2000,61000")).count == 28_232 - 15)
        #expect(kernel.clientPorts().count == 28_232 - 10)
    }

    @Test(
        "The text states the ports that are left and the limit that they cross",
        arguments: [
            (
                "50000-50063", "50000-50063",
                "leaves no port of the ephemeral range 50000-50063 to clients: none could connect"
            ),
            (
                "50000-50063", "50000-50040",
                "leaves clients 23 of the 64 ports of the ephemeral range 50000-50063, fewer than 1024 and less than half"
            ),
            ("40000-42047", "40000-41023", "leaves clients 1024 of the 2048 ports of the ephemeral range 40000-42047"),
            (
                "50000-50063", "50000",
                "leaves clients 63 of the 64 ports of the ephemeral range 50000-50063, fewer than 1024"
            ),
            (
                "32768-60999", "32768-50000",
                "leaves clients 10999 of the 28232 ports of the ephemeral range 32768-60999, less than half"
            ),
        ])
    func sentence(_ range: String, _ reserved: String, _ sentence: String) throws {
        #expect(ClientPorts(of: try PortRange(range), reserving: try PortSet(reserved)).sentence == sentence)
    }
}
